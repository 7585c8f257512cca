// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans by OTLP over HTTP (protobuf, gzip), one request at a time. It does not try again: whoever asks knows what is to
 * be sent, and when. Used by one thread; {@link #close} by any.
 */
public final class Export implements AutoCloseable {
    /** Spans of one request at most. */
    public static final int MOST = 512;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final long CLOSE_SECONDS = 1;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int UNPROCESSABLE = 422;

    /** What goes wrong is in the {@link Result}: the exporter's own words beside it, with a trace of the stack, say no more. */
    private static final Logger EXPORTER = Logger.getLogger("io.opentelemetry.exporter");

    static {
        EXPORTER.setLevel(Level.OFF);
    }

    private final OtlpHttpSpanExporter exporter;
    private final Resource resource;
    private final Duration timeout;

    /** What became of a request. */
    public enum End {
        /** The receiver has it. */
        SENT,
        /** It never will: it says that what it was sent is no good. */
        REFUSED,
        /** It is not there, busy, or does not let us in: another time. */
        LATER
    }

    /** What became of a request, and why. */
    public record Result(End end, @Nullable String reason) {}

    /**
     * To a receiver.
     *
     * @param endpoint the whole URL, usually ending in {@code /v1/traces}
     * @param headers of every request, looked up each time
     * @param service the name of the service whose spans these are
     * @param timeout of a request
     */
    public Export(URI endpoint, Supplier<Map<String, String>> headers, String service, Duration timeout) {
        this.timeout = timeout;
        resource = Resource.create(
                Attributes.builder().put("service.name", service).build());
        exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.toString())
                .setHeaders(headers)
                .setTimeout(timeout)
                .setConnectTimeout(CONNECT.compareTo(timeout) < 0 ? CONNECT : timeout)
                .setCompression("gzip")
                // The lag says it, which is kept; and a second place that waits would have to be told when to stop.
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider.noop())
                .setServiceClassLoader(Export.class.getClassLoader())
                .build();
    }

    /** Sends up to {@value #MOST} spans that have ended; takes as long as it takes, at most a little more than the timeout. */
    public Result send(List<Span> spans) throws InterruptedException {
        List<SpanData> data = spans.stream()
                .map(span -> (SpanData) new OtlpSpan(span, resource))
                .toList();
        CompletableResultCode code = exporter.export(data);
        CountDownLatch done = new CountDownLatch(1);
        code.whenComplete(done::countDown);
        if (!done.await(timeout.toMillis() + CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
            return new Result(End.LATER, "no answer within " + timeout.toMillis() + " ms");
        }
        return code.isSuccess() ? new Result(End.SENT, null) : failed(code.getFailureThrowable());
    }

    private static Result failed(@Nullable Throwable failure) {
        if (failure instanceof FailedExportException.HttpExportException http && http.getResponse() != null) {
            int status = http.getResponse().getStatusCode();
            boolean isFinal = status == BAD_REQUEST || status == TOO_LARGE || status == UNPROCESSABLE;
            return new Result(isFinal ? End.REFUSED : End.LATER, "it answered " + status);
        }
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        return new Result(
                End.LATER,
                "it cannot be reached"
                        + (cause == null ? "" : ": " + cause.getClass().getSimpleName()));
    }

    @Override
    public void close() {
        exporter.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
