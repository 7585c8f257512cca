// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** An agent that claims its tasks over a bad network, as honest as its manners say. */
final class FleetAgent {
    /** What an agent is like. */
    enum Manners {
        HONEST,
        /** Takes longer than its lease, and does not say that it lives. */
        SLOW,
        /** Completes each attempt again, with another result. */
        TWICE,
        /** Completes with tokens of other attempts. */
        WRONG_TOKEN,
        /** Completes what it never was given. */
        THIEF,
        /** Asks for more than it has slots. */
        GREEDY,
        /** Takes tasks, and is not heard of them again. */
        SILENT,
        /** Forgets at times what it has, as a process that is started again. */
        FORGETFUL,
        /** Fails what it does. */
        FAILING,
        /** Says less use than it said before, or very much. */
        BOASTER
    }

    private static final long TICK = 5_000;
    private static final long LEASE = 30_000;

    private final FleetSimulation world;
    private final FleetNet net;
    private final Random random;
    private final FleetNet.Link link = new FleetNet.Link();
    private final Map<String, Work> hand = new HashMap<>();
    private final String id;
    private final int slots;
    private Manners manners;
    private boolean claims;

    private record Work(AttemptRef ref, long doneAt, String result) {}

    FleetAgent(FleetSimulation world, FleetNet net, Random random, String id, int slots, Manners manners) {
        this.world = world;
        this.net = net;
        this.random = random;
        this.id = id;
        this.slots = slots;
        this.manners = manners;
    }

    String id() {
        return id;
    }

    int slots() {
        return slots;
    }

    FleetNet.Link link() {
        return link;
    }

    /** From now on it does what it should, and has nothing to do with what was before. */
    void reform() {
        manners = Manners.HONEST;
        hand.clear();
        claims = false;
        net.heal(link);
    }

    /** Begins to do what it does, over and over. */
    void live() {
        net.later(random.nextInt((int) TICK), this::tick);
    }

    private void tick() {
        if (world.isOver()) {
            return;
        }
        net.later(TICK / 2 + random.nextInt((int) TICK), this::tick);
        if (manners == Manners.FORGETFUL && random.nextInt(10) == 0) {
            hand.clear();
        }
        if (random.nextInt(3) == 0) {
            net.send(link, () -> world.heartbeat(this));
        }
        for (Work work : Map.copyOf(hand).values()) {
            goOn(work);
        }
        if (manners == Manners.THIEF) {
            steal();
        }
        if (!claims && hand.size() < slots) {
            claim();
        }
    }

    private void goOn(Work work) {
        if (manners == Manners.SILENT) {
            return;
        }
        if (net.now() >= work.doneAt()) {
            end(work);
        } else if (manners != Manners.SLOW) {
            net.send(link, () -> world.renew(work.ref(), this::heard));
        }
        if (random.nextInt(4) == 0) {
            int most = manners == Manners.BOASTER ? 2_000 : 20;
            net.send(link, () -> world.use(work.ref(), new Usage(random.nextInt(most), 0)));
        }
    }

    private void end(Work work) {
        if (manners == Manners.FAILING) {
            boolean again = random.nextBoolean();
            net.send(link, () -> world.fail(work.ref(), AttemptEnd.FAILED, again, this::heard));
            return;
        }
        net.send(link, () -> world.complete(work.ref(), work.result(), this::heard));
        if (manners == Manners.TWICE) {
            net.send(link, () -> world.complete(work.ref(), "\"again\"", this::heard));
        } else if (manners == Manners.WRONG_TOKEN) {
            AttemptRef ref = work.ref();
            long wrong = Math.max(1, ref.token() - 1 + 2L * random.nextInt(2));
            net.send(
                    link, () -> world.complete(new AttemptRef(ref.task(), wrong, id), "\"wrong\"", (r, refusal) -> {}));
        }
    }

    private void steal() {
        String task = world.someTask();
        if (task != null) {
            AttemptRef ref = new AttemptRef(task, 1 + random.nextInt(3), id);
            net.send(link, () -> world.complete(ref, "\"stolen\"", (r, refusal) -> {}));
        }
    }

    /** What was said of an attempt was answered: it goes on only while that says so. */
    private void heard(AttemptRef ref, @Nullable Refusal refusal) {
        if (refusal == null
                || refusal.reason() == Refusal.Reason.FENCED
                || refusal.reason() == Refusal.Reason.NOT_FOUND) {
            Work work = hand.get(ref.task());
            if (work != null && work.ref().equals(ref) && (refusal != null || net.now() >= work.doneAt())) {
                hand.remove(ref.task());
            }
        }
    }

    private void claim() {
        int max = manners == Manners.GREEDY ? 1_000 : 1 + random.nextInt(slots);
        Duration wait = Duration.ofSeconds(random.nextInt(2) == 0 ? 0 : random.nextInt(20));
        claims = true;
        // Whoever gets no answer asks again.
        net.later(wait.toMillis() + TICK, () -> claims = false);
        net.send(link, () -> world.claim(this, max, wait));
    }

    /** An answer to a claim, which may come twice, or after the agent has given up to wait for it. */
    void got(Assignment assignment) {
        long token = assignment.task().token();
        String task = assignment.task().id();
        long takes = manners == Manners.SLOW ? LEASE + random.nextInt(60_000) : random.nextInt(20_000);
        Work before = hand.get(task);
        if (before == null || before.ref().token() < token) {
            AttemptRef ref = new AttemptRef(task, token, id);
            hand.put(task, new Work(ref, net.now() + takes, "\"" + id + ' ' + token + "\""));
        }
    }
}
