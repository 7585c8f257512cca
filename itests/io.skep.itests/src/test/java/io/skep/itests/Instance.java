// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The server that a test runs in, as its users meet it: over HTTP and over SSH. */
final class Instance {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();

    /** What a command line answers over SSH. */
    record Answer(int status, String text) {}

    Path base() {
        return Path.of(System.getProperty("karaf.base"));
    }

    Path etc() {
        return Path.of(System.getProperty("karaf.etc"));
    }

    String token() throws IOException {
        Path store =
                Path.of(System.getProperty("skep.store", base().resolve("store").toString()));
        return Files.readString(store.resolve("admin.token")).strip();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(request(path)
                .header("Authorization", "Bearer " + token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + System.getProperty("skep.http.port") + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Runs one command line with the login that the first start made. */
    Answer shell(String line) throws IOException, InterruptedException {
        return ssh(List.of("-i", etc().resolve("skep_login_key").toString(), "skep@127.0.0.1", line));
    }

    Answer ssh(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ssh", "-n", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"));
        command.addAll(List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"));
        command.addAll(List.of("-p", System.getProperty("skep.ssh.port")));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("no end of " + command);
        }
        return new Answer(process.exitValue(), text);
    }

    /** Waits until something is so; fails with what it was last. A server that does not listen yet is looked at again. */
    static <T> T eventually(Callable<T> look, Predicate<T> wanted) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String last;
            try {
                T seen = look.call();
                if (wanted.test(seen)) {
                    return seen;
                }
                last = String.valueOf(seen);
            } catch (IOException e) {
                last = e.toString();
            }
            if (System.nanoTime() > until) {
                throw new AssertionError("after " + PATIENCE.toSeconds() + " s it is still: " + last);
            }
            new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
    }
}
