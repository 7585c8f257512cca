// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.bench.Findings;
import io.skep.bench.Gates;
import io.skep.bench.Homes;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Kills the server with SIGKILL at random moments while tasks are submitted, claimed, completed and run by programs, a
 * plugin is swapped, a tree uses its budget and many tasks are canceled; compares in the end what it knows with what it had
 * said. Options: {@code --rounds} (100), {@code --seed} (1).
 */
public final class RecoveryBench {
    static final String PULL_SKILL = "bench.pull";
    static final String PROGRAM_SKILL = "bench.program";

    private static final int SUBMITTERS = 2;
    private static final int PULL_AGENTS = 4;
    private static final int BACKLOG = 2_000;

    /** A job over many tasks is begun up to so many milliseconds before the kill: about as long as it takes. */
    private static final int BULK_LEAD_MILLIS = 60;

    private static final Duration START_DEADLINE = Duration.ofMinutes(2);
    private static final Duration DRAIN_DEADLINE = Duration.ofMinutes(3);

    private final Settings settings;
    private final int rounds;
    private final Random random;
    private final Ledger ledger = new Ledger();
    private final List<Duration> ready = new ArrayList<>();
    private int orphans;

    /** A run with these settings; the home directory is cleared. */
    public RecoveryBench(Settings settings) {
        this.settings = settings;
        this.rounds = settings.count("rounds", 100);
        this.random = new Random(settings.count("seed", 1));
    }

    /** Runs all rounds and the audit. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        try (SkepServer server = SkepServer.of(settings.home(), SkepServer.freePort(), SkepServer.freePort())) {
            server.start(START_DEADLINE);
            SkepClient admin = server.client();
            Programs programs = new Programs(server);
            programs.install();
            awaitAgents(admin, Programs.agents());
            Watcher watcher = new Watcher(admin, ledger);
            watcher.start();
            PluginSwaps swaps = PluginSwaps.install(server, ledger, settings.count("seed", 1));
            Bounds bounds = Bounds.install(admin, ledger);
            Crowds crowds = Crowds.install(admin, ledger);
            gates(admin);
            underLoad(server, admin, programs, watcher, new Rounds(swaps, bounds, crowds));
            Audit audit = new Audit(ledger);
            audit.check(admin, DRAIN_DEADLINE);
            programs.overlaps().forEach(overlap -> ledger.contradiction("two programs for one task: " + overlap));
            double ratio = drainRatio(server, admin, watcher);
            crowds.submitUnevenly();
            server.restart(START_DEADLINE);
            crowds.checkFairness();
            watcher.stop();
            System.out.println(ledger.submissions().size() + " tasks acknowledged, "
                    + ledger.completions().size() + " completed by pull agents, " + programs.started()
                    + " programs started, " + watcher.seen() + " events seen");
            System.out.println(swaps.summary());
            System.out.println(bounds.summary());
            return findings(audit, programs.overlaps().size(), ratio, new Rounds(swaps, bounds, crowds));
        }
    }

    /** Every task of the pull agents is checked before it starts and with its result, so that kills come in between. */
    private static void gates(SkepClient admin) throws IOException, InterruptedException {
        ObjectNode check = SkepClient.object().put("kind", "schema");
        check.putObject("schema").put("type", "object");
        Gates.define(admin, "recovery-before", "before", PULL_SKILL, check);
        Gates.define(admin, "recovery-after", "after", PULL_SKILL, check);
    }

    /** What is done in each round besides the kill, and looked at after it. */
    private record Rounds(PluginSwaps swaps, Bounds bounds, Crowds crowds) {}

    private void underLoad(SkepServer server, SkepClient admin, Programs programs, Watcher watcher, Rounds each)
            throws IOException, InterruptedException {
        List<PullAgent> agents = new ArrayList<>();
        for (int i = 0; i < PULL_AGENTS; i++) {
            agents.add(hire("pull-" + i, PULL_SKILL, admin, watcher, false));
            agents.get(i).begin();
        }
        List<Submitter> submitters = IntStream.range(0, SUBMITTERS)
                .mapToObj(i -> new Submitter("s" + i, admin, ledger))
                .toList();
        List<Thread> threads = submitters.stream()
                .map(submitter -> new Thread(submitter, "bench-submitter"))
                .toList();
        threads.forEach(Thread::start);
        killInRounds(server, admin, programs, each);
        submitters.forEach(Submitter::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        awaitDrained(admin, List.copyOf(ledger.submissions().values()));
        for (PullAgent agent : agents) {
            if (!admin.agent(agent.id()).path("state").asText().equals("active")) {
                ledger.falseLoss(agent.id() + " is not active in the end");
            }
            watcher.expectSilence(agent.id());
            agent.stop();
        }
    }

    private void killInRounds(SkepServer server, SkepClient admin, Programs programs, Rounds each)
            throws IOException, InterruptedException {
        each.swaps().beginCalls();
        each.bounds().begin();
        for (int round = 1; round <= rounds; round++) {
            each.bounds().poison();
            each.crowds().gather(round);
            Duration untilKill = Duration.ofMillis(300 + random.nextInt(2_200));
            each.swaps().beginWithin(untilKill);
            Poll.pause(untilKill);
            each.crowds().beginToCancel(round);
            Poll.pause(Duration.ofMillis(round * 37L % BULK_LEAD_MILLIS));
            long acknowledged = each.bounds().acknowledged();
            killAndRestart(server, admin, programs);
            each.swaps().check(round);
            each.bounds().check(round, acknowledged);
            each.crowds().check(round);
            System.out.println(String.format(
                    Locale.ROOT,
                    "round %d of %d: ready after %d ms",
                    round,
                    rounds,
                    ready.get(round - 1).toMillis()));
        }
        each.swaps().endCalls();
        each.bounds().end();
    }

    /** In one round of ten the server is killed once more while it starts. */
    private void killAndRestart(SkepServer server, SkepClient admin, Programs programs)
            throws IOException, InterruptedException {
        server.kill9();
        List<Long> survivors = programs.alive();
        if (random.nextInt(10) == 0) {
            server.begin();
            Poll.until(() -> server.pid().isPresent(), START_DEADLINE, Duration.ofMillis(10));
            Poll.pause(Duration.ofMillis(random.nextInt(3_000)));
            server.kill9();
        }
        long begun = System.nanoTime();
        server.start(START_DEADLINE);
        // Ready is what it says when an authenticated call is answered too.
        admin.agents();
        ready.add(Duration.ofNanos(System.nanoTime() - begun));
        orphans += programs.stillAlive(survivors);
    }

    /** How fast a backlog is worked off after a kill, against the same without one. */
    private double drainRatio(SkepServer server, SkepClient admin, Watcher watcher)
            throws IOException, InterruptedException {
        List<PullAgent> agents = new ArrayList<>();
        Duration warm = Duration.ZERO;
        Duration killed = Duration.ZERO;
        for (int turn = 0; turn < 3; turn++) {
            String skill = "bench.backlog." + turn;
            PullAgent agent = hire("drain-" + turn, skill, admin, watcher, true);
            agents.add(agent);
            List<String> backlog = submitBacklog(admin, skill);
            if (turn == 2) {
                server.kill9();
                server.start(START_DEADLINE);
            }
            long begun = System.nanoTime();
            agent.begin();
            awaitDrained(admin, backlog);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            // The first turn only warms up.
            warm = turn == 1 ? took : warm;
            killed = turn == 2 ? took : killed;
        }
        for (PullAgent agent : agents) {
            watcher.expectSilence(agent.id());
            agent.stop();
        }
        return (double) warm.toNanos() / killed.toNanos();
    }

    private PullAgent hire(String id, String skill, SkepClient admin, Watcher watcher, boolean quick)
            throws IOException, InterruptedException {
        PullAgent agent = PullAgent.register(id, skill, admin, ledger, quick);
        watcher.expectHealthy(id);
        return agent;
    }

    private static List<String> submitBacklog(SkepClient admin, String skill) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        while (ids.size() < BACKLOG) {
            ArrayNode tasks = SkepClient.array();
            for (int i = 0; i < 500; i++) {
                tasks.add(Submitter.task(skill, i));
            }
            for (JsonNode answer : admin.submitAll(tasks, skill + "-" + ids.size())) {
                ids.add(answer.path("id").asText());
            }
        }
        return ids;
    }

    private static void awaitDrained(SkepClient admin, List<String> ids) throws IOException, InterruptedException {
        long end = System.nanoTime() + DRAIN_DEADLINE.toNanos();
        for (String id : ids) {
            while (!Audit.ENDS.contains(
                    admin.task(id, Duration.ofSeconds(5)).path("state").asText())) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("Task " + id + " has not ended within " + DRAIN_DEADLINE.toSeconds()
                            + " s after the last round: " + admin.why(id));
                }
            }
        }
    }

    private static void awaitAgents(SkepClient admin, List<String> ids) throws IOException, InterruptedException {
        boolean active = Poll.until(
                () -> admin.agents().stream()
                        .filter(agent -> agent.path("state").asText().equals("active"))
                        .map(agent -> agent.path("id").asText())
                        .toList()
                        .containsAll(ids),
                Duration.ofSeconds(20),
                Duration.ofMillis(50));
        if (!active) {
            throw new IOException("The process agents " + ids + " did not come");
        }
    }

    private Findings findings(Audit audit, int overlaps, double ratio, Rounds each) {
        List<Long> sorted = ready.stream().map(Duration::toMillis).sorted().toList();
        long p99 = sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
        long p50 = sorted.get((sorted.size() - 1) / 2);
        if (orphans > 0) {
            ledger.contradiction(orphans + " programs outlived the restart of their server");
        }
        return new Findings(
                "every acknowledged change synced before its acknowledgement (SQLite, WAL, synchronous=FULL)",
                List.of(
                        Result.of("rounds", rounds, ""),
                        Result.of("lost", audit.lost(), ""),
                        Result.of("doubled", ledger.doubledCount() + (double) overlaps, ""),
                        Result.of("gated.tasks", audit.gated(), "", "unchecked", audit.unchecked()),
                        Result.of("orphan.programs", orphans, ""),
                        Result.of("false.agent.losses", ledger.falseLossCount(), ""),
                        Result.of("swaps", each.swaps().begun(), ""),
                        Result.of("swap.wrong.version", ledger.wrongVersionCount(), ""),
                        Result.of("bounds.broken", each.bounds().broken(), ""),
                        Result.of(
                                "bulk.jobs",
                                each.crowds().jobs(),
                                "",
                                "cut",
                                each.crowds().cut()),
                        Result.of("crowds.broken", each.crowds().broken(), ""),
                        Result.of("ready.p50.ms", (double) p50, "ms"),
                        Result.of("ready.p99.ms", (double) p99, "ms"),
                        Result.of("foreign.answers", ledger.foreignAnswerCount(), ""),
                        Result.of("backlog.drain.ratio", ratio, "")),
                ledger.contradictions());
    }
}
