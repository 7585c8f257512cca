// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import io.skep.client.Poll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one kind, submitted one by one in an open loop, with what becomes of each. A time counts from when the task was
 * due. Begun and ended by one thread.
 */
public final class Flow {
    private final Kind kind;
    private final Wires wires;
    private final String token;
    private final Track track;
    private final Arrivals arrivals;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger withoutRetryAfter = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

    /**
     * What the tasks of a flow have in common.
     *
     * @param name of the flow, without a hyphen; the tasks are called {@code NAME-NUMBER}
     * @param skill that their agent must have
     * @param tenant whose they are
     * @param priority 0 to 9
     */
    public record Kind(String name, String skill, String tenant, int priority) {
        /** The task of that number, in JSON. */
        public String task(int number) {
            return "{\"name\":\"" + name + "-" + number + "\",\"description\":\"load\",\"skills\":[\"" + skill
                    + "\"],\"tenant\":\"" + tenant + "\",\"priority\":" + priority + "}";
        }
    }

    private Flow(Rig rig, Kind kind, int perSecond, Duration atMost) {
        this.kind = kind;
        this.wires = rig.wires();
        this.token = rig.token();
        int most = Math.toIntExact(perSecond * atMost.toMillis() / 1000);
        this.track = rig.track(kind.name(), most);
        this.arrivals = Arrivals.begin("bench-" + kind.name(), perSecond, most, (number, due) -> submit(number));
    }

    /**
     * Begins.
     *
     * @param atMost after which it ends by itself
     */
    public static Flow begin(Rig rig, Kind kind, int perSecond, Duration atMost) {
        return new Flow(rig, kind, perSecond, atMost);
    }

    private void submit(int number) {
        unanswered.incrementAndGet();
        byte[] body = kind.task(number).getBytes(StandardCharsets.UTF_8);
        wires.post("/api/v1/tasks", token, body).whenComplete((reply, failure) -> {
            if (reply != null) {
                answered(number, reply);
            } else {
                failed.incrementAndGet();
                problem.compareAndSet(null, "a task of " + kind.name() + " had no answer: " + failure);
            }
            unanswered.decrementAndGet();
        });
    }

    private void answered(int number, Reply reply) {
        if (reply.isGood()) {
            track.acknowledged(number);
        } else if (reply.status() == 429) {
            refused.incrementAndGet();
            if (reply.retryAfter() == null) {
                withoutRetryAfter.incrementAndGet();
            }
        } else {
            failed.incrementAndGet();
            problem.compareAndSet(null, "a task of " + kind.name() + ": " + reply.text());
        }
    }

    /** How many have been due so far: the number of the next. */
    public int count() {
        return arrivals.count();
    }

    /** Submits no more, and waits for the answers. */
    public void end(Duration patience) throws IOException, InterruptedException {
        arrivals.end();
        if (!Poll.until(() -> unanswered.get() == 0, patience, Duration.ofMillis(10))) {
            throw new IOException(unanswered + " tasks of " + kind.name() + " have no answer within "
                    + patience.toSeconds() + " s after the last");
        }
    }

    /** What became of each. */
    public Track track() {
        return track;
    }

    /** Waits until every task below {@code to} that was acknowledged has ended; how many have not in time. */
    public int awaitEnds(int to, Duration patience) throws IOException, InterruptedException {
        Poll.until(() -> track.open(0, to) == 0, patience, Duration.ofMillis(50));
        return track.open(0, to);
    }

    /** Nanoseconds until an agent had each of these. */
    public Histogram untilStarted(int from, int to) {
        return track.untilStarted(from, to, arrivals::due);
    }

    /** Nanoseconds until each of these had ended. */
    public Histogram untilEnded(int from, int to) {
        return track.untilEnded(from, to, arrivals::due);
    }

    /** When a number was due, as {@link System#nanoTime} says. */
    public long due(int number) {
        return arrivals.due(number);
    }

    /** How many were refused with 429. */
    public int refused() {
        return refused.get();
    }

    /** How many of these refusals did not say when to come back. */
    public int withoutRetryAfter() {
        return withoutRetryAfter.get();
    }

    /** How many had another answer than these, or none. */
    public int failed() {
        return failed.get();
    }

    /** The first of them in words, or null. */
    public @Nullable String problem() {
        return problem.get();
    }
}
