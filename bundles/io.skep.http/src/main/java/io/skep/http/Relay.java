// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.ClusterNode;
import jakarta.servlet.http.HttpServletRequest;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that this node takes for the one that serves. It is handed on, or waits until somebody serves. It is handed on
 * again only if it surely was not carried out, or may be carried out twice: reads, and whatever has a key by which the node
 * that serves knows it again. Its steps follow one from another, so that only one of them is under way.
 */
final class Relay {
    /** Of an answer that says the call was not carried out, since that node does not serve. */
    static final String NOT_SERVING = "Skep-Not-Serving";

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Forwarding forwarding;
    private final HttpServletRequest request;
    private final Exchange exchange;
    private final Runnable here;
    private final long untilNanos;
    private final RelayBody body;
    private final long discardBytes;
    private volatile String why = "no node serves at the moment";
    private volatile @Nullable ClusterNode target;
    private volatile @Nullable CompletableFuture<HttpResponse<RelayAnswer>> call;
    private volatile @Nullable ResponseStream stream;
    private volatile boolean over;
    private volatile boolean isWanted;

    Relay(Forwarding forwarding, Taken taken) {
        this.forwarding = forwarding;
        request = taken.request();
        exchange = taken.exchange();
        here = taken.here();
        discardBytes = taken.discardBytes();
        untilNanos = System.nanoTime() + forwarding.settings().park().toNanos();
        body = new RelayBody(request, taken.kind());
    }

    /**
     * A request that a node took which does not serve.
     *
     * @param kind what body it has to have
     * @param discardBytes how much of a body is read that is refused
     * @param here carries the request out on this node
     */
    record Taken(HttpServletRequest request, Exchange exchange, Route.Body kind, long discardBytes, Runnable here) {}

    /** Whether another node handed it on already: it goes no further. */
    boolean isHandedOn() {
        return request instanceof HandedOn;
    }

    /** The node that has it, or null while it waits. */
    @Nullable
    ClusterNode target() {
        return target;
    }

    /** The exchange has ended, however. */
    void over() {
        over = true;
        CompletableFuture<HttpResponse<RelayAnswer>> present = call;
        if (present != null) {
            present.cancel(true);
        }
        forwarding.forget(this);
    }

    /** Gives up on a node that serves no more, and does not answer. */
    void leave() {
        CompletableFuture<HttpResponse<RelayAnswer>> present = call;
        if (present != null) {
            present.cancel(true);
        }
        ResponseStream answering = stream;
        if (answering != null) {
            answering.close();
        }
    }

    /** Goes on if it can. */
    void attempt() {
        if (over) {
            forwarding.forget(this);
            return;
        }
        if (forwarding.isServedHere() && body.isUntouched()) {
            forwarding.forget(this);
            exchange.go(here);
            return;
        }
        try {
            ClusterNode found = forwarding.find(isHandedOn(), !body.isUntouched());
            if (found != null) {
                send(found);
                return;
            }
        } catch (Refusal refusal) {
            // Said in the end if nothing changes.
            why = refusal.getMessage();
        }
        if (isHandedOn() && !forwarding.isSelfServing()) {
            finish(unavailable("this node does not serve").answer().header(NOT_SERVING, "true"));
        } else if (System.nanoTime() - untilNanos >= 0) {
            finish(unavailable(why).answer());
        } else if (forwarding.isFull()) {
            finish(unavailable("too many calls wait for a node that serves").answer());
        } else {
            forwarding.park(this);
        }
    }

    /** Waits no longer. */
    void end() {
        finish(unavailable("the server is stopping").answer());
        leave();
    }

    private void send(ClusterNode found) {
        target = found;
        body.ready(
                () -> {
                    try {
                        HttpRequest built = body.isStream() && !isWanted
                                ? forwarding.ask(request, found)
                                : forwarding.request(request, found, body.publisher());
                        CompletableFuture<HttpResponse<RelayAnswer>> begun = forwarding.send(built);
                        call = begun;
                        begun.whenComplete(this::ended);
                    } catch (IllegalArgumentException e) {
                        finish(Problem.of(Refusal.of(
                                        Refusal.Reason.INVALID, "the request cannot be handed on: " + e.getMessage()))
                                .answer());
                    }
                },
                failure -> finish(Problem.of(Refusal.of(Refusal.Reason.INVALID, "the body broke off"))
                        .answer()));
    }

    private void ended(@Nullable HttpResponse<RelayAnswer> response, @Nullable Throwable failure) {
        ClusterNode asked = target;
        call = null;
        target = null;
        if (response != null) {
            if (asked != null && response.headers().firstValue(HandedOn.ASKS).isPresent()) {
                isWanted = true;
                send(asked);
            } else if (response.headers().firstValue(NOT_SERVING).isPresent() && body.isRepeatable()) {
                response.body().drop();
                again(asked);
            } else if (response.body().stream() != null) {
                pass(response, asked);
            } else {
                finish(RelayAnswer.of(response));
            }
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        LOG.debug("a call was not answered by the node that serves", cause);
        boolean unreached = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        if (body.isRepeatable() && (unreached || isIdempotent())) {
            why = unreached ? "the node that serves cannot be reached" : "the node that serves went away";
            again(asked);
        } else if (unreached) {
            finish(unavailable("the node that serves cannot be reached").answer());
        } else {
            finish(unavailable("the node that serves went away; whether the request was carried out is not known")
                    .answer());
        }
    }

    /** An answer that comes bit by bit is under way until its exchange is over. */
    private void pass(HttpResponse<RelayAnswer> response, @Nullable ClusterNode from) {
        target = from;
        stream = response.body().stream();
        finish(RelayAnswer.of(response));
    }

    private void again(@Nullable ClusterNode asked) {
        isWanted = false;
        if (asked != null) {
            forwarding.suspect(asked);
        }
        attempt();
    }

    private boolean isIdempotent() {
        String method = request.getMethod();
        return method.equals("GET") || method.equals("HEAD") || request.getHeader("Idempotency-Key") != null;
    }

    private void finish(Answer answer) {
        if (stream == null) {
            forwarding.forget(this);
        }
        body.discard(discardBytes, () -> exchange.finish(body.isWhole() ? answer : Dispatcher.unread(request, answer)));
    }

    private static Problem unavailable(String detail) {
        return Problem.of(Refusal.retryLater(Refusal.Reason.UNAVAILABLE, detail, Duration.ofSeconds(1)));
    }
}
