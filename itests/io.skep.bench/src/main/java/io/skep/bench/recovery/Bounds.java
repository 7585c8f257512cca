// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What bounds runaway work, through every kill: a tree with a budget whose children report what they use all the while, and
 * tasks that are in quarantine. What was acknowledged of either holds. A thread of its own; the rest is for one other.
 */
final class Bounds {
    private static final String AGENT = "bounds";
    private static final String SKILL = "bench.bounds";
    private static final String POISON = "bench.poison";
    private static final String NOBODYS = "bench.bounds.root";
    private static final int TOKENS = 10;
    private static final long MOST_TOKENS = 1_000_000_000_000L;
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final SkepClient admin;
    private final SkepClient agent;
    private final SkepClient poisoned;
    private final Ledger ledger;
    private final Persistent persistent;
    private final String root;
    private final List<String> quarantined = new ArrayList<>();
    private final Thread thread = new Thread(this::work, "bench-bounds");
    private volatile boolean stopped;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private int broken;

    private Bounds(SkepClient admin, SkepClient agent, SkepClient poisoned, String root, Ledger ledger) {
        this.admin = admin;
        this.agent = agent;
        this.poisoned = poisoned;
        this.root = root;
        this.ledger = ledger;
        this.persistent = new Persistent(ledger);
    }

    /** Registers the agents, and submits the task with the budget, which nobody takes. */
    static Bounds install(SkepClient admin, Ledger ledger) throws IOException, InterruptedException {
        admin.register(AGENT + "-root", 1, NOBODYS);
        // Slots enough: an attempt whose claim had no answer holds one for a while.
        String secret = admin.register(AGENT, 1_000, SKILL).path("secret").asText();
        String poison =
                admin.register(AGENT + "-poison", 1_000, POISON).path("secret").asText();
        ObjectNode task = SkepClient.object().put("description", "a tree with a budget");
        task.putArray("skills").add(NOBODYS);
        task.putObject("budget").put("maxTokens", MOST_TOKENS);
        String root = admin.submit(task).path("id").asText();
        return new Bounds(admin, admin.as(secret), admin.as(poison), root, ledger);
    }

    void begin() {
        thread.start();
    }

    void end() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    /** How often something that was acknowledged did not hold. */
    int broken() {
        return broken;
    }

    /** What was done, for people. */
    String summary() {
        return acknowledged + " tokens acknowledged in a tree with a budget, " + quarantined.size()
                + " tasks put in quarantine";
    }

    /** Puts one more task in quarantine, by failing it as often as it may be tried; while the server is up. */
    void poison() throws IOException, InterruptedException {
        ObjectNode task = SkepClient.object().put("description", "poison");
        task.putArray("skills").add(POISON);
        task.putObject("retry")
                .put("maxAttempts", 2)
                .put("initialDelayMillis", 0)
                .put("maxDelayMillis", 0);
        String id = admin.submit(task).path("id").asText();
        boolean over = false;
        for (int tries = 0; tries < 2 && !over; tries++) {
            List<JsonNode> claimed = poisoned.claim(AGENT + "-poison", 1, Duration.ofSeconds(10));
            for (JsonNode attempt : claimed) {
                JsonNode failed = poisoned.fail(
                        attempt.path("id").asText(), attempt.path("token").asLong(), "poisoned", true);
                over = failed.path("quarantined").asBoolean();
            }
        }
        if (!over) {
            throw new IOException("Task " + id + " is not in quarantine: " + admin.task(id));
        }
        quarantined.add(id);
    }

    /** Looks after a restart whether all of it holds; {@code before} is what was acknowledged before the kill. */
    void check(int round, long before) throws IOException, InterruptedException {
        long spent = admin.task(root).path("spent").path("tokens").asLong();
        // What was sent is read after what was spent: more may have come meanwhile, but not less.
        if (spent < before || spent > sent.get()) {
            broken("after round " + round + " the budget has spent " + spent + " tokens, of which " + before
                    + " were acknowledged and " + sent + " sent");
        }
        for (String id : quarantined) {
            JsonNode task = admin.task(id);
            if (!task.path("quarantined").asBoolean()
                    || !task.path("state").asText().equals("failed")) {
                broken("after round " + round + " the task " + id + ", which was in quarantine, is " + task);
            }
        }
    }

    /** The tokens whose report was acknowledged so far. */
    long acknowledged() {
        return acknowledged.get();
    }

    private void broken(String what) {
        broken++;
        ledger.contradiction(what);
    }

    private void work() {
        try {
            for (int number = 0; !stopped; number++) {
                String key = "bounds-" + number;
                persistent.call(() -> false, () -> admin.submit(child(), key));
                Optional<List<JsonNode>> tasks = persistent.call(() -> stopped, () -> agent.claim(AGENT, 1, WAIT));
                for (JsonNode task : tasks.orElse(List.of())) {
                    finish(task.path("id").asText(), task.path("token").asLong());
                }
                Poll.pause(PAUSE);
            }
        } catch (ProblemException e) {
            ledger.contradiction("a part of the tree with a budget was refused: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectNode child() {
        ObjectNode task = SkepClient.object().put("description", "a part").put("parent", root);
        task.putArray("skills").add(SKILL);
        return task;
    }

    private void finish(String task, long token) throws InterruptedException {
        sent.addAndGet(TOKENS);
        persistent.call(() -> false, () -> agent.use(task, token, TOKENS));
        acknowledged.addAndGet(TOKENS);
        persistent.call(() -> false, () -> agent.complete(task, token, SkepClient.object()));
    }
}
