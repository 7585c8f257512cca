// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One pull agent without a thread: it claims as many tasks as it has free slots, ends each after a fixed time, and claims
 * again. Begun and dropped by anybody.
 */
final class PullLoop {
    private static final byte[] NOTHING = {};
    private static final long BACKOFF_MILLIS = 100;

    private final Rig rig;
    private final Fleet.Shape shape;
    private final String secret;
    private final Fleet.Counts counts;
    private final String claims;

    /** Grows with each beginning and drop: what comes of an earlier one is nothing any more. */
    private int life;

    private boolean working;
    private boolean claiming;
    private int busy;
    private @Nullable Wire wire;

    PullLoop(Rig rig, Fleet.Shape shape, String id, String secret, Fleet.Counts counts) {
        this.rig = rig;
        this.shape = shape;
        this.secret = secret;
        this.counts = counts;
        this.claims = "/api/v1/agents/" + id + "/claims?wait=30s&max=";
    }

    synchronized void begin() {
        life++;
        working = true;
        busy = 0;
        claiming = true;
        connect(life);
    }

    synchronized void drop() {
        life++;
        working = false;
        claiming = false;
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }

    private void connect(int ofLife) {
        rig.http().connect().whenComplete((opened, failure) -> {
            if (opened == null) {
                failed(ofLife, "an agent has no connection: " + failure);
            } else {
                connected(ofLife, opened);
            }
        });
    }

    private synchronized void connected(int ofLife, Wire opened) {
        if (ofLife == life && working) {
            wire = opened;
            claim(opened);
        } else {
            opened.close();
        }
    }

    private void claim(Wire by) {
        int ofLife = life;
        by.post(claims + (shape.slots() - busy), secret, NOTHING).whenComplete((reply, failure) -> {
            if (reply == null) {
                failed(ofLife, "a claim had no answer: " + failure);
            } else {
                claimed(ofLife, reply);
            }
        });
    }

    private void claimed(int ofLife, Reply reply) {
        counts.polls.increment();
        if (!reply.isGood()) {
            failed(ofLife, "a claim was refused: " + reply.text());
            return;
        }
        try {
            List<Claimed> tasks = Claimed.read(reply.body());
            synchronized (this) {
                if (ofLife == life) {
                    tasks.forEach(task -> work(ofLife, task));
                    busy += tasks.size();
                    goOn();
                }
            }
        } catch (IOException e) {
            failed(ofLife, "a claim's answer cannot be read: " + e.getMessage());
        }
    }

    /** Claims again, if a slot is free. */
    private void goOn() {
        claiming = busy < shape.slots();
        if (claiming && wire != null) {
            claim(wire);
        }
    }

    private void work(int ofLife, Claimed task) {
        rig.started(task.name());
        rig.timer().schedule(() -> end(ofLife, task), shape.service().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void end(int ofLife, Claimed task) {
        synchronized (this) {
            if (ofLife != life) {
                return;
            }
        }
        byte[] body = ("{\"token\":" + task.token() + ",\"result\":{\"ok\":true}}").getBytes(StandardCharsets.UTF_8);
        rig.completions()
                .post("/api/v1/tasks/" + task.id() + "/complete", secret, body)
                .whenComplete((reply, failure) -> {
                    if (reply != null && reply.isGood()) {
                        counts.ended.increment();
                        rig.ended(task.name());
                    } else {
                        missed(ofLife, "a completion: " + (reply == null ? String.valueOf(failure) : reply.text()));
                    }
                    freed(ofLife);
                });
    }

    private synchronized void freed(int ofLife) {
        if (ofLife == life) {
            busy--;
            if (!claiming) {
                goOn();
            }
        }
    }

    /** Counts what went wrong, unless it is of a life that is over. */
    private synchronized void missed(int ofLife, String what) {
        if (ofLife == life && working) {
            counts.failed(what);
        }
    }

    /** A claim went wrong: connects anew in a moment. */
    private synchronized void failed(int ofLife, String what) {
        if (ofLife != life || !working) {
            return;
        }
        counts.failed(what);
        if (wire != null) {
            wire.close();
            wire = null;
        }
        rig.timer().schedule(() -> reconnect(ofLife), BACKOFF_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void reconnect(int ofLife) {
        if (ofLife == life && working) {
            connect(ofLife);
        }
    }
}
