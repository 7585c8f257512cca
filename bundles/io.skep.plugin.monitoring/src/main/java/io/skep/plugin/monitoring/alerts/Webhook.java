// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import io.skep.plugin.base.PluginThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends deliveries by {@code POST}: JSON with the header {@code Skep-Delivery}, its id. Whoever answers 2xx in time has it.
 * No redirects, and plain HTTP to this machine only. Thread-safe.
 */
public final class Webhook implements AutoCloseable {
    private static final int OK = 200;
    private static final int REDIRECT = 300;

    private final URI uri;
    private final Duration timeout;
    private final Function<Object, String> json;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(work -> PluginThreads.daemon(work, "skep-monitoring-webhook"));
    /** Made when it is needed: it has a thread that ends only some time after nobody holds it any more. */
    private @Nullable HttpClient client;

    /** To that address. */
    public Webhook(URI uri, Duration timeout, Function<Object, String> json) {
        this.uri = uri;
        this.timeout = timeout;
        this.json = json;
    }

    /** Whether deliveries may go there: by HTTPS, or to this machine. */
    public static boolean isSafe(URI uri) {
        String host = uri.getHost();
        if (host == null || uri.getUserInfo() != null) {
            return false;
        }
        boolean local = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        return "https".equals(uri.getScheme()) || (local && "http".equals(uri.getScheme()));
    }

    /** Sends one; ends exceptionally, with why, if it is not known to have arrived. */
    public CompletionStage<Void> send(Delivery delivery) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Skep-Delivery", delivery.id())
                .POST(HttpRequest.BodyPublishers.ofString(json.apply(delivery.body())))
                .build();
        CompletableFuture<HttpResponse<Void>> sent =
                client().sendAsync(request, HttpResponse.BodyHandlers.discarding());
        // All of an answer, so that one that never ends costs no more.
        return sent.orTimeout(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS).handle((answer, failed) -> {
            if (failed != null) {
                sent.cancel(true);
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                throw new CompletionException(new IOException(
                        "it could not be sent: " + cause.getClass().getSimpleName()));
            }
            if (answer.statusCode() < OK || answer.statusCode() >= REDIRECT) {
                throw new CompletionException(new IOException("answered " + answer.statusCode()));
            }
            return null;
        });
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .executor(threads)
                    .connectTimeout(timeout)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
        }
        return client;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
