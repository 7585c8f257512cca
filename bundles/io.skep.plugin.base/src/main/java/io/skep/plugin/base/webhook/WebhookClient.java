// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.webhook;

import io.skep.plugin.base.PluginThreads;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * Posts to webhooks. Redirects are not followed, of an answer {@value #MAX_ANSWER} bytes are read, and the whole exchange
 * ends at its timeout, whatever the other side does. How many are under way at once is for the caller to bound. Thread-safe.
 */
public final class WebhookClient implements AutoCloseable {
    private static final int MAX_ANSWER = 16_384;
    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 1;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int REDIRECT = 300;

    private final String name;
    /** Those under way. */
    private final Map<Long, CompletableFuture<?>> exchanges = new ConcurrentHashMap<>();

    private final AtomicLong number = new AtomicLong();

    private @Nullable HttpClient client;

    /**
     * What was answered.
     *
     * @param status of HTTP
     * @param body its beginning
     */
    public record Reply(int status, String body) {
        /** Whether it is a yes: 200 to 299. */
        public boolean isGood() {
            return status >= OK && status < REDIRECT;
        }
    }

    /** One whose threads have that name. */
    public WebhookClient(String name) {
        this.name = name;
    }

    /** Made when the first webhook is called: a client has threads of its own. */
    private synchronized HttpClient client() {
        if (client == null) {
            // What waits is bounded by the exchanges under way.
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    work -> PluginThreads.daemon(work, name));
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

    /**
     * Posts a text.
     *
     * @param headers of the request, {@code Content-Type} among them
     * @param timeout of the whole exchange
     * @return the answer, whatever its status; ends exceptionally, {@link #reason} says why, if there was none
     */
    public CompletableFuture<Reply> post(URI to, Map<String, String> headers, String body, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(to).timeout(timeout).POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<String>> exchange = client().sendAsync(request.build(), info -> new Beginning());
        long mine = number.incrementAndGet();
        exchanges.put(mine, exchange);
        return exchange.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    // Ends the exchange, and with it the connection, if it goes on.
                    exchange.cancel(true);
                    exchanges.remove(mine);
                })
                .thenApply(response -> new Reply(response.statusCode(), response.body()));
    }

    /** Why there was no answer, in words. */
    public static String reason(Throwable failure, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException || cause instanceof HttpTimeoutException
                ? "it had not answered after " + timeout.toMillis() + " ms"
                : "it cannot be reached: " + cause.getClass().getSimpleName()
                        + (cause.getMessage() == null ? "" : ' ' + cause.getMessage());
    }

    /** Ends what is under way. */
    @Override
    public synchronized void close() {
        // Its own thread ends when nobody has it any more, and the others when they have had nothing to do for a
        // moment.
        client = null;
        exchanges.values().forEach(exchange -> exchange.cancel(true));
    }

    /** An answer up to so many bytes; the rest is not read. */
    private static final class Beginning implements HttpResponse.BodySubscriber<String> {
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
