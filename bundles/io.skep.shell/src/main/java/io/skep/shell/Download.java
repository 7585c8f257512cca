// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a jar into a temporary file. A thread of its own does the work, since a URL may hang for ever whatever its
 * timeouts say: who asked is answered in time, and the thread cleans up behind itself whenever it comes back.
 */
final class Download {
    /** How long a fetch may take. */
    static final Duration LONGEST = Duration.ofSeconds(60);

    static final int MAX_BYTES = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");
    private static final Set<String> SCHEMES = Set.of("file", "http", "https", "mvn");

    /** Threads that hang count too. */
    private static final Semaphore PERMITS = new Semaphore(4);

    private Download() {}

    /**
     * Fetches a jar.
     *
     * @param source a path, or a URL of one of {@link #SCHEMES}
     * @return a file that the caller deletes
     * @throws CommandFailed with the reason, when it cannot be had in time
     */
    static Path fetch(String source, Duration atMost) throws CommandFailed, InterruptedException {
        Matcher scheme = SCHEME.matcher(source);
        if (scheme.matches() && !SCHEMES.contains(scheme.group(1))) {
            throw new CommandFailed("a jar comes from a file, or a file:, http:, https: or mvn: URL");
        } else if (!PERMITS.tryAcquire()) {
            throw new CommandFailed("other downloads are under way; try again later");
        }
        CompletableFuture<Path> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(source, scheme.matches(), result), "skep-download");
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String kind = cause == null ? "" : cause.getClass().getSimpleName() + ": " + cause.getMessage();
            throw new CommandFailed(source + " cannot be fetched: " + kind);
        } catch (TimeoutException e) {
            giveUp(result, thread);
            throw new CommandFailed(source + " was not fetched within " + atMost.toMillis() + " ms");
        } catch (InterruptedException e) {
            giveUp(result, thread);
            throw e;
        }
    }

    /** Nobody takes the file any more: it goes, even if it came at the last moment. */
    static void giveUp(CompletableFuture<Path> result, Thread thread) {
        if (result.completeExceptionally(new IOException("given up"))) {
            thread.interrupt();
        } else {
            result.thenAccept(Download::delete);
        }
    }

    private static void run(String source, boolean url, CompletableFuture<Path> result) {
        try {
            Path file = Files.createTempFile("skep-download-", ".jar");
            boolean taken = false;
            try {
                copy(source, url, file, result);
                taken = result.complete(file);
            } finally {
                if (!taken) {
                    delete(file);
                }
            }
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            result.completeExceptionally(e);
        } finally {
            result.completeExceptionally(new IOException("the download broke off"));
            PERMITS.release();
        }
    }

    private static void copy(String source, boolean url, Path file, CompletableFuture<Path> result)
            throws IOException, URISyntaxException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long length = 0;
        try (InputStream in = open(source, url);
                OutputStream out = Files.newOutputStream(file)) {
            for (int count = in.read(chunk); count >= 0 && !result.isDone(); count = in.read(chunk)) {
                length += count;
                if (length > MAX_BYTES) {
                    throw new IOException("it has more than " + MAX_BYTES + " bytes");
                }
                out.write(chunk, 0, count);
            }
        }
    }

    /** Files are opened as such: a file: URL would also list directories, and ask other hosts. */
    private static InputStream open(String source, boolean url) throws IOException, URISyntaxException {
        if (!url || source.startsWith("file:")) {
            Path path = url ? Path.of(new URI(source)) : Path.of(source);
            if (!Files.isRegularFile(path)) {
                throw new IOException("there is no such file");
            }
            return Files.newInputStream(path);
        }
        URLConnection connection = new URI(source).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setUseCaches(false);
        return connection.getInputStream();
    }

    /** Deletes a fetched file. */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the download {} stays on disk", file, e);
        }
    }
}
