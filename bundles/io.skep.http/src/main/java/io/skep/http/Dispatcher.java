// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.payload.PayloadService;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes a request through its gates, in this order: token, path, method, permission, parameters, body. Thread-safe. */
final class Dispatcher {
    private static final String SCHEME = "bearer ";

    private final RouteTable table;
    private final Meters meters;
    private final Supplier<Services> services;
    private final Supplier<Settings> settings;
    /** Payloads that are being taken. */
    private final AtomicInteger uploads = new AtomicInteger();

    Dispatcher(RouteTable table, Meters meters, Supplier<Services> services, Supplier<Settings> settings) {
        this.table = table;
        this.meters = meters;
        this.services = services;
        this.settings = settings;
    }

    /** Answers, now or later. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    void dispatch(HttpServletRequest request, HttpServletResponse response) {
        Exchange exchange = new Exchange(request, response, meters);
        try {
            admit(request, exchange);
        } catch (RuntimeException | IOException e) {
            // Whatever it is, the client gets an answer; what is no refusal is logged there.
            exchange.finish(Problem.of(e).answer());
        }
    }

    private void admit(HttpServletRequest request, Exchange exchange) throws IOException {
        Services present = services.get();
        RouteTable.Match match = null;
        Refusal nothing = null;
        try {
            match = table.find(path(request));
        } catch (Refusal refusal) {
            nothing = refusal;
        }
        Route route = match == null ? null : match.route(request.getMethod());
        boolean isPublic = route != null && route.permission() == Permission.PUBLIC;
        Caller caller = isPublic ? Call.NOBODY : authenticate(request, present);
        if (caller == null) {
            exchange.finish(unauthenticated(request));
        } else if (match == null || nothing != null) {
            throw nothing == null ? new IllegalStateException("neither found nor refused") : nothing;
        } else if (route == null) {
            exchange.finish(otherMethod(request, match));
        } else {
            Rules.check(route.permission(), caller, match.id(), () -> Call.held(present, caller));
            Query query = Query.parse(request.getQueryString(), route.query());
            Call call = new Call(present, caller, match.id(), query, "", null, null, request::getHeader);
            receive(request, exchange, route, call);
        }
    }

    private void receive(HttpServletRequest request, Exchange exchange, Route route, Call call) throws IOException {
        Duration wait =
                route.query().contains("wait") ? call.query().wait("wait", TasksResource.MAX_WAIT) : Duration.ZERO;
        Duration timeout = settings.get().requestTimeout().plus(wait).plus(route.life());
        if (!wait.isZero()) {
            exchange.waits();
        }
        if (route.body() == Route.Body.NONE) {
            exchange.await(begin(route, call), timeout);
            return;
        } else if (route.body() == Route.Body.JAR || route.body() == Route.Body.PAYLOAD) {
            upload(request, exchange, route, call, timeout);
            return;
        }
        BodyBuffer buffer = new BodyBuffer(settings.get(), route.body(), request.getContentLengthLong());
        BodyReader.read(request, exchange, buffer, timeout, whole -> {
            String body;
            try {
                body = whole.text();
            } catch (Refusal refusal) {
                exchange.finish(Problem.of(refusal).answer());
                return;
            }
            exchange.await(begin(route, call.with(body)), timeout);
        });
    }

    private void upload(HttpServletRequest request, Exchange exchange, Route route, Call call, Duration timeout)
            throws IOException {
        long length = request.getContentLengthLong();
        if (route.body() == Route.Body.JAR) {
            int max = settings.get().maxJarBytes();
            Problem unfit = JarSink.unfit(request.getContentType(), length, max);
            Upload.read(
                    request,
                    exchange,
                    max,
                    timeout,
                    unfit,
                    () -> new JarSink(max, file -> begin(route, call.with(file))));
            return;
        }
        PayloadService payloads = call.services().payloads();
        long max = payloads.maxBytes();
        int most = settings.get().maxPayloadUploads();
        Upload.read(
                request,
                exchange,
                max,
                timeout,
                PayloadSink.unfit(length, max),
                () -> PayloadSink.open(payloads, length, uploads, most, whole -> begin(route, call.with(whole))));
    }

    /** A service that throws instead of ending its stage is answered all the same. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static CompletionStage<Answer> begin(Route route, Call call) {
        try {
            return route.handler().handle(call);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static @Nullable Caller authenticate(HttpServletRequest request, Services present) {
        present.requireAll();
        String token = token(request);
        return token == null ? null : present.access().authenticate(token).orElse(null);
    }

    private static @Nullable String token(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String token = header.substring(SCHEME.length()).trim();
        return token.isEmpty() ? null : token;
    }

    private static Answer unauthenticated(HttpServletRequest request) {
        boolean without = token(request) == null;
        return Problem.unauthenticated(without ? "this call needs a bearer token" : "nobody has this bearer token")
                .answer()
                .header("WWW-Authenticate", without ? "Bearer" : "Bearer error=\"invalid_token\"");
    }

    private static Answer otherMethod(HttpServletRequest request, RouteTable.Match match) {
        Answer answer = request.getMethod().equals("OPTIONS")
                ? Answer.noContent()
                : Problem.methodNotAllowed(match.allow()).answer();
        return answer.header("Allow", match.allow());
    }

    /** The path as it came, without what the container is mounted at. */
    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }
}
