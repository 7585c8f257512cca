// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * A receiver of OTLP over HTTP on this machine, of the classes that OpenTelemetry makes of its protocol; who uses it has
 * {@code opentelemetry-proto} on the class path. It answers as it is told to, and remembers what it took. Thread-safe.
 */
public final class TraceReceiver implements AutoCloseable {
    private static final int OK = 200;
    private static final int THREADS = 2;

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<Headers> headers = new CopyOnWriteArrayList<>();
    private final List<String> services = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private volatile int status = OK;

    /** One that listens on a free port. */
    public TraceReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportTraceServiceRequest request =
                    ExportTraceServiceRequest.parseFrom(new GZIPInputStream(exchange.getRequestBody()));
            headers.add(exchange.getRequestHeaders());
            int now = status;
            if (now == OK) {
                request.getResourceSpansList().forEach(this::take);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(now, -1);
        }
    }

    private void take(ResourceSpans of) {
        services.add(attributes(of.getResource().getAttributesList()).getOrDefault("service.name", ""));
        of.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
    }

    /** From now on it answers so, and takes what comes only with 200. */
    public void answer(int withStatus) {
        status = withStatus;
    }

    /** Where traces are sent to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    /** Every span that was taken, as often as it came. */
    public List<Span> spans() {
        return List.copyOf(spans);
    }

    /** Those of one task of Skep. */
    public List<Span> spans(String task) {
        return spans.stream()
                .filter(span -> task.equals(attributes(span).get("skep.task.id")))
                .toList();
    }

    /** The headers of every request. */
    public List<Headers> headers() {
        return List.copyOf(headers);
    }

    /** The name of the service in every request that was taken. */
    public List<String> services() {
        return List.copyOf(services);
    }

    /** Texts and numbers of a span. */
    public static Map<String, String> attributes(Span span) {
        return attributes(span.getAttributesList());
    }

    private static Map<String, String> attributes(List<KeyValue> values) {
        Map<String, String> attributes = new LinkedHashMap<>();
        values.forEach(value -> attributes.put(
                value.getKey(),
                value.getValue().hasIntValue()
                        ? Long.toString(value.getValue().getIntValue())
                        : value.getValue().getStringValue()));
        return attributes;
    }

    /** The id of a span. */
    public static String id(Span span) {
        return hex(span.getSpanId());
    }

    /** The id of the span above, empty for none. */
    public static String parent(Span span) {
        return hex(span.getParentSpanId());
    }

    /** The id of a span's trace. */
    public static String trace(Span span) {
        return hex(span.getTraceId());
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
