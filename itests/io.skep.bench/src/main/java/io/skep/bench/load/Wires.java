// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls over whichever connection is free; new ones are opened up to a number, then calls wait for one. Those that were
 * used last are used first. Thread-safe.
 */
public final class Wires {
    /** Shorter than the server lets a connection be idle. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final AsyncHttp http;
    private final int most;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Deque<Call> waiting = new ArrayDeque<>();
    private int open;

    private record Idle(Wire wire, long sinceNanos) {}

    private record Call(String path, String token, byte[] body, CompletableFuture<Reply> reply) {}

    /** With at most so many connections. */
    public Wires(AsyncHttp http, int most) {
        this.http = http;
        this.most = most;
    }

    /** Makes a call; see {@link Wire#post}. */
    public CompletableFuture<Reply> post(String path, String token, byte[] body) {
        Call call = new Call(path, token, body, new CompletableFuture<>());
        begin(call);
        return call.reply();
    }

    private void begin(Call call) {
        Wire wire;
        synchronized (this) {
            wire = takeIdle();
            if (wire == null && open == most) {
                waiting.add(call);
                return;
            } else if (wire == null) {
                open++;
            }
        }
        if (wire == null) {
            http.connect().whenComplete((opened, failure) -> {
                if (opened == null) {
                    lost();
                    call.reply().completeExceptionally(failure);
                } else {
                    send(opened, call);
                }
            });
        } else {
            send(wire, call);
        }
    }

    private @Nullable Wire takeIdle() {
        long now = System.nanoTime();
        for (Idle last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (last.wire().isOpen() && now - last.sinceNanos() < FRESH_NANOS) {
                return last.wire();
            }
            last.wire().close();
            open--;
        }
        return null;
    }

    private void send(Wire wire, Call call) {
        wire.post(call.path(), call.token(), call.body()).whenComplete((reply, failure) -> {
            if (reply == null) {
                wire.close();
                lost();
                call.reply().completeExceptionally(failure);
            } else {
                free(wire);
                call.reply().complete(reply);
            }
        });
    }

    private void free(Wire wire) {
        Call next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                idle.add(new Idle(wire, System.nanoTime()));
            }
        }
        if (next != null) {
            send(wire, next);
        }
    }

    private void lost() {
        Call next;
        synchronized (this) {
            open--;
            next = waiting.poll();
        }
        if (next != null) {
            begin(next);
        }
    }
}
