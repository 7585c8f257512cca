// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.payload.PayloadService;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Enumeration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes a request through its gates, in this order: path and method are looked up, then token and
 * policy decide, then permission, parameters and body. Thread-safe. */
final class Dispatcher {
    private static final String SCHEME = "bearer ";
    /** An address in digits. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]+(%[A-Za-z0-9._-]+)?");

    private final RouteTable table;
    private final Meters meters;
    private final Supplier<Services> services;
    private final Supplier<Settings> settings;
    private final Forwarding forwarding;
    /** Payloads that are being taken. */
    private final AtomicInteger uploads = new AtomicInteger();

    Dispatcher(
            RouteTable table,
            Meters meters,
            Supplier<Services> services,
            Supplier<Settings> settings,
            Forwarding forwarding) {
        this.table = table;
        this.meters = meters;
        this.services = services;
        this.settings = settings;
        this.forwarding = forwarding;
    }

    /** Answers, now or later; on a node that does not serve, by way of the one that does. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    void dispatch(HttpServletRequest came, HttpServletResponse response) {
        Exchange exchange = new Exchange(came, response, meters);
        try {
            HttpServletRequest request = forwarding.open(came);
            if (!forwarding.isOn() || isOfThisNode(request) || services.get().complete()) {
                admit(request, exchange);
                return;
            }
            if (isWaiting(request)) {
                exchange.waits();
            }
            Route route = route(request);
            Route.Body kind = route == null ? Route.Body.NONE : route.body();
            long discard = 2L * settings.get().maxJarBytes();
            forwarding.take(
                    new Relay.Taken(request, exchange, kind, discard, () -> admitLater(request, exchange)),
                    timeout(request, route));
        } catch (RuntimeException | IOException e) {
            // Whatever it is, the client gets an answer; what is no refusal is logged there.
            exchange.finish(unread(came, Problem.of(e).answer()));
        } finally {
            exchange.left();
        }
    }

    @SuppressWarnings("checkstyle:IllegalCatch")
    private void admitLater(HttpServletRequest request, Exchange exchange) {
        try {
            admit(request, exchange);
        } catch (RuntimeException | IOException e) {
            // As in dispatch.
            exchange.finish(unread(request, Problem.of(e).answer()));
        }
    }

    /** What says how this very node is. */
    private static boolean isOfThisNode(HttpServletRequest request) {
        String path = path(request);
        return path.startsWith("/health/") || path.equals("/metrics");
    }

    private @Nullable Route route(HttpServletRequest request) {
        try {
            return table.find(path(request)).route(request.getMethod());
        } catch (Refusal nothing) {
            return null;
        }
    }

    private static boolean isWaiting(HttpServletRequest request) {
        String query = request.getQueryString();
        return query != null && query.contains("wait");
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
        Target target = new Target(match, route, nothing);
        if (route != null && route.permission() == Permission.PUBLIC) {
            go(request, exchange, target, present, Call.NOBODY, credential(request, route));
            return;
        }
        present.requireAll();
        Credential credential = credential(request, route);
        Intent intent = route == null || match == null ? null : route.wanted().intent(match.id());
        Intent besides = route == null || match == null ? null : route.wanted().besides(match.id());
        if (present.access().isRequired(credential)) {
            // A plugin decides, perhaps on this thread: should it hang there, the request is answered all the same.
            exchange.suspend(timeout(request, route));
        }
        CompletableFuture<Caller> first = new CompletableFuture<>();
        CompletableFuture<Caller> admission = besides == null
                ? first
                : permitted(present, first, credential, besides).toCompletableFuture();
        Admitting admitting = new Admitting(
                exchange, admission, () -> admitted(request, exchange, target, present, credential, admission));
        admission.whenComplete((caller, failure) -> admitting.decided());
        exchange.whileItMayBeKept(() -> present.access().admit(credential, intent, first));
        admitting.back();
    }

    /** Goes on with a request once it is decided: on the thread that brought it, if that is back by then. */
    private static final class Admitting {
        private final Thread bringing = Thread.currentThread();
        private final AtomicBoolean goesOn = new AtomicBoolean();
        private final Exchange exchange;
        private final CompletableFuture<Caller> admission;
        private final Runnable rest;
        /** For the thread that brings it alone. */
        private boolean isBack;

        Admitting(Exchange exchange, CompletableFuture<Caller> admission, Runnable rest) {
            this.exchange = exchange;
            this.admission = admission;
            this.rest = rest;
        }

        void decided() {
            boolean comesBack = Thread.currentThread() == bringing && !isBack;
            if (!comesBack && goesOn.compareAndSet(false, true)) {
                // On a thread of the container: whoever decided is not to be kept from deciding the next.
                exchange.go(rest);
            }
        }

        void back() {
            isBack = true;
            if (admission.isDone() && goesOn.compareAndSet(false, true)) {
                rest.run();
            }
        }
    }

    private static CompletionStage<Caller> permitted(
            Services present, CompletionStage<Caller> first, Credential credential, Intent besides) {
        return first.thenCompose(
                caller -> present.access().permit(caller, credential, besides).thenApply(permitted -> caller));
    }

    /** What a request is for; one of the three is there. */
    private record Target(
            RouteTable.@Nullable Match match,
            @Nullable Route route,
            @Nullable Refusal nothing) {}

    @SuppressWarnings("checkstyle:IllegalCatch")
    private void admitted(
            HttpServletRequest request,
            Exchange exchange,
            Target target,
            Services present,
            Credential credential,
            CompletableFuture<Caller> admission) {
        try {
            go(request, exchange, target, present, admission.join(), credential);
        } catch (CompletionException refused) {
            exchange.finish(unread(request, refused(refused, credential)));
        } catch (RuntimeException | IOException e) {
            // As in dispatch.
            exchange.finish(unread(request, Problem.of(e).answer()));
        }
    }

    /**
     * An answer before the body was read, if there is one. Jetty closes the connection then unless all of the body has come
     * already; a client that is not told so would send its next request over it. One that asks first sends none.
     */
    static Answer unread(HttpServletRequest request, Answer answer) {
        boolean comes = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        return comes && request.getHeader("Expect") == null ? answer.header("Connection", "close") : answer;
    }

    private void go(
            HttpServletRequest request,
            Exchange exchange,
            Target target,
            Services present,
            Caller caller,
            Credential credential)
            throws IOException {
        RouteTable.Match match = target.match();
        Route route = target.route();
        if (match == null || target.nothing() != null) {
            throw target.nothing() == null ? new IllegalStateException("neither found nor refused") : target.nothing();
        } else if (route == null) {
            exchange.finish(otherMethod(request, match));
        } else {
            Rules.check(route.permission(), caller, match.id(), () -> Call.held(present, caller));
            Query query = Query.parse(request.getQueryString(), route.query());
            Call call = new Call(
                    present,
                    caller,
                    credential,
                    match.id(),
                    query,
                    "",
                    null,
                    null,
                    request::getHeader,
                    () -> origin(request));
            receive(request, exchange, route, call);
        }
    }

    /** For as long as the request may take at most, as what it asks for is not known before it is let in. */
    private Duration timeout(HttpServletRequest request, @Nullable Route route) {
        Duration most = settings.get().requestTimeout();
        if (route == null) {
            return most;
        }
        boolean mayWait = isWaiting(request) && route.query().contains("wait");
        return most.plus(route.life()).plus(mayWait ? TasksResource.MAX_WAIT : Duration.ZERO);
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
        if (isAsking(request)) {
            Refusal refusal = buffer.cannotTake(request.getContentLengthLong()) ? buffer.tooLarge() : null;
            answerAsked(exchange, refusal == null ? null : Problem.of(refusal));
            return;
        }
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
            if (isAsking(request)) {
                answerAsked(exchange, unfit);
                return;
            }
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
        if (isAsking(request)) {
            answerAsked(exchange, PayloadSink.unfit(length, max));
            return;
        }
        int most = settings.get().maxPayloadUploads();
        Upload.read(
                request,
                exchange,
                max,
                timeout,
                PayloadSink.unfit(length, max),
                () -> PayloadSink.open(payloads, length, uploads, most, whole -> begin(route, call.with(whole))));
    }

    private static boolean isAsking(HttpServletRequest request) {
        return request instanceof HandedOn handedOn && handedOn.isAsking();
    }

    private static void answerAsked(Exchange exchange, @Nullable Problem unfit) {
        exchange.finish(unfit == null ? Answer.noContent().header(HandedOn.ASKS, "yes") : unfit.answer());
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

    private static Credential credential(HttpServletRequest request, @Nullable Route route) {
        String call = request.getMethod() + ' ' + (route == null ? "(no such call)" : route.template());
        return new Credential(token(request), request.getRemoteAddr(), isLoopback(request.getLocalAddr()), call);
    }

    /** Of an address as text, so nothing is looked up. */
    static boolean isLoopback(@Nullable String address) {
        if (address == null || !ADDRESS.matcher(address).matches()) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static @Nullable String token(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders("Authorization");
        String header = headers.hasMoreElements() ? headers.nextElement() : null;
        if (headers.hasMoreElements()) {
            // Whoever stands in front of this server may go by the other one.
            throw Refusal.of(Refusal.Reason.INVALID, "the header Authorization is there twice");
        }
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String token = header.substring(SCHEME.length()).trim();
        return token.isEmpty() ? null : token;
    }

    private static Answer refused(CompletionException refused, Credential credential) {
        Problem problem = Problem.of(refused);
        if (problem.status() != Refusal.Reason.UNAUTHENTICATED.httpStatus()) {
            return problem.answer();
        }
        return problem.answer()
                .header("WWW-Authenticate", credential.token() == null ? "Bearer" : "Bearer error=\"invalid_token\"");
    }

    private static Answer otherMethod(HttpServletRequest request, RouteTable.Match match) {
        Answer answer = request.getMethod().equals("OPTIONS")
                ? Answer.noContent()
                : Problem.methodNotAllowed(match.allow()).answer();
        return answer.header("Allow", match.allow());
    }

    /** Scheme, host and port as the caller called them. */
    static String origin(HttpServletRequest request) {
        String host = request.getServerName();
        String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? '[' + host + ']' : host;
        return request.getScheme() + "://" + name + ':' + request.getServerPort();
    }

    /** The path as it came, without what the container is mounted at. */
    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }
}
