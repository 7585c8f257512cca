// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.Poll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Pull agents that wait for tasks by long poll, each on a connection of its own, and whose work takes a fixed time, so that
 * what they can do is set by their slots and not by this machine. Used by one thread.
 */
public final class Fleet {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REGISTERED_AT_ONCE = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Rig rig;
    private final Shape shape;
    private final List<PullLoop> agents = new ArrayList<>();
    private final Counts counts = new Counts();

    /**
     * What the agents are like.
     *
     * @param name of the fleet; its agents are called {@code NAME-NUMBER}
     * @param skill of each
     * @param agents how many
     * @param slots of each
     * @param service how long each works on a task
     * @param lease of each, after which it is missed when it says nothing
     */
    public record Shape(String name, String skill, int agents, int slots, Duration service, Duration lease) {
        /** The same that is missed after another time. */
        public Shape withLease(Duration other) {
            return new Shape(name, skill, agents, slots, service, other);
        }

        /** Tasks a second, if no time went by between two of them. */
        public double nominal() {
            return agents * slots * 1000.0 / service.toMillis();
        }

        String agent(int number) {
            return name + "-" + number;
        }

        byte[] registration(int number) {
            return ("{\"id\":\"" + agent(number) + "\",\"slots\":" + slots + ",\"leaseMillis\":" + lease.toMillis()
                            + ",\"skills\":[\"" + skill + "\"]}")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    /** What the agents of a fleet count together. Thread-safe. */
    static final class Counts {
        final LongAdder polls = new LongAdder();
        final LongAdder ended = new LongAdder();
        final LongAdder failures = new LongAdder();
        private final AtomicReference<@Nullable String> problem = new AtomicReference<>();

        void failed(String what) {
            failures.increment();
            problem.compareAndSet(null, what);
        }
    }

    private Fleet(Rig rig, Shape shape) {
        this.rig = rig;
        this.shape = shape;
    }

    /** Registers the agents; they take no tasks before {@link #begin}. */
    public static Fleet register(Rig rig, Shape shape) throws IOException, InterruptedException {
        Fleet fleet = new Fleet(rig, shape);
        for (int first = 0; first < shape.agents(); first += REGISTERED_AT_ONCE) {
            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            int last = Math.min(shape.agents(), first + REGISTERED_AT_ONCE);
            for (int number = first; number < last; number++) {
                replies.add(rig.wires().post("/api/v1/agents", rig.token(), shape.registration(number)));
            }
            for (int number = first; number < last; number++) {
                fleet.add(shape.agent(number), await(replies.get(number - first)));
            }
        }
        return fleet;
    }

    private void add(String id, Reply reply) throws IOException {
        JsonNode agent = JSON.readTree(reply.body());
        if (!reply.isGood()) {
            throw new IOException("agent " + id + " is not registered: " + reply.text());
        }
        agents.add(new PullLoop(rig, shape, id, agent.path("secret").asText(), counts));
    }

    private static Reply await(CompletableFuture<Reply> reply) throws IOException, InterruptedException {
        try {
            return reply.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no answer to a registration", e);
        }
    }

    /**
     * Has the agents connect and take tasks.
     *
     * @param within how long that takes in all, evenly spread; zero for all at once
     */
    public void begin(Duration within) throws InterruptedException {
        long begun = System.nanoTime();
        for (int i = 0; i < agents.size(); i++) {
            long due = begun + within.toNanos() / agents.size() * i;
            if (due > System.nanoTime()) {
                Poll.pause(Duration.ofNanos(due - System.nanoTime()));
            }
            agents.get(i).begin();
        }
    }

    /** Has every agent drop its connection and what it works on, without a word, as if its machine was gone. */
    public void drop() {
        agents.forEach(PullLoop::drop);
    }

    /** What they can do. */
    public Shape shape() {
        return shape;
    }

    /** Claims that were answered. */
    public long polls() {
        return counts.polls.sum();
    }

    /** Tasks that they ended. */
    public long ended() {
        return counts.ended.sum();
    }

    /** Claims and completions that were refused or had no answer, besides those that were dropped. */
    public long failures() {
        return counts.failures.sum();
    }

    /** The first of them in words, or null. */
    public @Nullable String problem() {
        return counts.problem.get();
    }
}
