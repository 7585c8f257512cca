// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.PluginThreads;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Posts {@link CloudEvents} to webhooks. A status of 200 to 299 is good, any other a failure; redirects are not followed. Of
 * an answer {@value #MAX_ANSWER} bytes are read. The whole exchange ends at the hook's timeout, whatever the other side
 * does. Thread-safe.
 */
final class Webhooks implements Target, AutoCloseable {
    private static final int MAX_ANSWER = 16_384;
    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 1;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int MAX_SECRET = 1_024;

    private final @Nullable Path secrets;
    private final Codec codec;
    private final Clock clock;
    /** Those under way. */
    private final Map<Long, CompletableFuture<?>> exchanges = new ConcurrentHashMap<>();

    private final AtomicLong number = new AtomicLong();

    private @Nullable HttpClient client;

    Webhooks(@Nullable Path secrets, Codec codec, Clock clock) {
        this.secrets = secrets;
        this.codec = codec;
        this.clock = clock;
    }

    /** Made when the first webhook is called: a client has threads of its own. */
    private synchronized HttpClient client() {
        if (client == null) {
            // What waits is bounded by the exchanges under way, which the hooks' concurrency bounds.
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    work -> PluginThreads.daemon(work, "skep-hooks-web"));
            threads.allowCoreThreadTimeOut(true);
            client = HttpClient.newBuilder()
                    .executor(threads)
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
        }
        return client;
    }

    @Override
    public CompletableFuture<Outcome> call(HookSpec hook, Happening happening) {
        HttpRequest request;
        try {
            request = request(hook, happening);
        } catch (Declination | IOException wrong) {
            return CompletableFuture.completedFuture(Outcome.failed(String.valueOf(wrong.getMessage())));
        }
        CompletableFuture<HttpResponse<String>> exchange = client().sendAsync(request, info -> new Bounded());
        long mine = number.incrementAndGet();
        exchanges.put(mine, exchange);
        return exchange.copy()
                .orTimeout(hook.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    // Ends the exchange, and with it the connection, if it goes on.
                    exchange.cancel(true);
                    exchanges.remove(mine);
                    return failure == null ? judge(hook, response) : failed(hook, failure);
                });
    }

    private HttpRequest request(HookSpec hook, Happening happening) throws IOException {
        String body = CloudEvents.body(hook, happening, codec);
        long seconds = clock.instant().getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(hook.uri())
                .timeout(hook.timeout())
                .header("Content-Type", CloudEvents.MEDIA_TYPE)
                .header("User-Agent", "skep-hooks")
                .header("Webhook-Id", happening.id())
                .header("Webhook-Timestamp", Long.toString(seconds))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        String name = hook.secret();
        if (name != null) {
            request.header("Webhook-Signature", CloudEvents.signature(secret(name), happening.id(), seconds, body));
        }
        return request.build();
    }

    /**
     * The content of a secret's file, without the white space around it; read each time, so that it can be changed.
     *
     * @throws Declination if there is none
     */
    byte[] secret(String name) throws IOException {
        if (secrets == null) {
            throw new Declination("webhooks cannot sign: no directory is configured for secrets");
        }
        Path file = secrets.resolve(name);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_SECRET) {
            throw new Declination("there is no secret " + name + " in the directory for secrets of hooks");
        }
        String secret = Files.readString(file).strip();
        if (secret.isEmpty()) {
            throw new Declination("the secret " + name + " is empty");
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    private Outcome judge(HookSpec hook, HttpResponse<String> response) {
        int status = response.statusCode();
        if (status < 200 || status > 299) {
            return Outcome.failed("it answered " + status);
        }
        String body = response.body().strip();
        return hook.isBefore() && body.startsWith("{")
                ? Outcome.said(body, codec)
                : Outcome.passed("it answered " + status);
    }

    private static Outcome failed(HookSpec hook, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Outcome.failed(
                cause instanceof TimeoutException || cause instanceof java.net.http.HttpTimeoutException
                        ? "it had not answered after " + hook.timeout().toMillis() + " ms"
                        : "it cannot be reached: " + cause.getClass().getSimpleName()
                                + (cause.getMessage() == null ? "" : ' ' + cause.getMessage()));
    }

    @Override
    public synchronized void close() {
        // Its own thread ends when nobody has it any more, and the others when they have had nothing to do for a
        // moment.
        client = null;
        exchanges.values().forEach(exchange -> exchange.cancel(true));
    }

    /** An answer up to so many bytes; the rest is not read. */
    private static final class Bounded implements HttpResponse.BodySubscriber<String> {
        private final CompletableFuture<String> body = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            buffers.forEach(buffer -> text.append(StandardCharsets.UTF_8.decode(buffer)));
            if (text.length() > MAX_ANSWER && subscription != null) {
                subscription.cancel();
                body.complete(text.substring(0, MAX_ANSWER));
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(text.toString());
        }
    }
}
