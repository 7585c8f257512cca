// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.register;

import com.sun.management.UnixOperatingSystemMXBean;
import io.skep.bench.Goals;
import io.skep.bench.Jcmd;
import io.skep.bench.Result;
import io.skep.bench.load.Cpu;
import io.skep.bench.load.EventTail;
import io.skep.bench.load.Fleet;
import io.skep.bench.load.Flow;
import io.skep.bench.load.Metrics;
import io.skep.bench.load.Rig;
import io.skep.bench.load.Rss;
import io.skep.client.Poll;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;

/** Very many agents that wait by long poll, each on a connection of its own, while a task comes now and then. */
final class Connected {
    private static final String SKILL = "bench.connected";
    private static final double CPU_GOAL_PERCENT = 20;
    private static final int CONNECTS_PER_SECOND = 500;
    private static final int TASKS_PER_SECOND = 10;
    private static final int OTHER_FILES = 1_500;
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Rig rig;
    private final int agents;
    private final Set<String> missed = ConcurrentHashMap.newKeySet();
    private final Set<String> problems = ConcurrentHashMap.newKeySet();

    Connected(Rig rig, int agents) {
        this.rig = rig;
        this.agents = agents;
    }

    /** The agents of this benchmark: the lease is the default. */
    private Fleet.Shape shape() {
        return new Fleet.Shape("connected", SKILL, agents, 1, Duration.ofMillis(50), Duration.ofSeconds(30));
    }

    /**
     * Whether this process may open so many connections.
     *
     * @throws IllegalStateException if not, saying what to do
     */
    static void requireFiles(int agents) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() < agents + OTHER_FILES) {
            throw new IllegalStateException(agents + " connections need ulimit -n " + (agents + OTHER_FILES)
                    + " for the benchmark and for the server, and it is " + unix.getMaxFileDescriptorCount());
        }
    }

    /** Connects them all, and reports what came of it in that time. */
    void run(Duration length, Goals goals) throws IOException, InterruptedException {
        Fleet fleet = Fleet.register(rig, shape());
        fleet.begin(Duration.ofMillis(1_000L * agents / CONNECTS_PER_SECOND));
        awaitActive();
        EventTail tail = new EventTail(
                rig.server().client(),
                null,
                event -> {
                    String type = event.path("type").asText();
                    if (type.equals("agent.lost") || type.equals("agent.unknown")) {
                        missed.add(event.path("subject").asText());
                    }
                },
                problems::add);
        tail.begin();
        Poll.pause(SETTLE);
        Cpu before = Cpu.now(rig.server());
        long polls = fleet.polls();
        Flow.Kind kind = new Flow.Kind("now", SKILL, "default", 5);
        Flow tasks = Flow.begin(rig, kind, TASKS_PER_SECOND, length.plus(PATIENCE));
        Poll.pause(length);
        Cpu used = Cpu.now(rig.server()).since(before);
        polls = fleet.polls() - polls;
        tasks.end(PATIENCE);
        goals.none(Result.count("connected.lost.tasks", tasks.awaitEnds(tasks.count(), PATIENCE)));
        int active = countActive();
        tail.end();
        problems.forEach(goals::violated);
        report(goals, used, active, polls / used.seconds());
        starts(goals, tasks.untilStarted(0, tasks.count()));
        if (fleet.failures() + tasks.failed() > 0) {
            goals.violated((fleet.failures() + tasks.failed()) + " calls went wrong, the first: " + fleet.problem()
                    + ", " + tasks.problem());
        }
    }

    private void awaitActive() throws IOException, InterruptedException {
        if (!Poll.until(() -> countActive() == agents && waitingClaims() >= agents, PATIENCE, Duration.ofSeconds(1))) {
            throw new IOException(
                    "only " + countActive() + " agents are active, and " + waitingClaims() + " wait for tasks");
        }
    }

    private int countActive() throws IOException, InterruptedException {
        return (int) rig.server().client().agents().stream()
                .filter(agent -> agent.path("state").asText().equals("active"))
                .count();
    }

    private int waitingClaims() throws IOException, InterruptedException {
        return (int) Metrics.value(rig, "skep_waiting_claims");
    }

    private void report(Goals goals, Cpu used, int active, double pollsPerSecond)
            throws IOException, InterruptedException {
        goals.report(Result.count("connected.agents", active));
        goals.none(Result.count("connected.false.losses", missed.size()));
        if (active < agents) {
            goals.violated((agents - active) + " agents are not active in the end");
        }
        goals.report(Result.of("connected.s", used.seconds(), "s"));
        goals.report(Result.of("connected.polls.per.s", pollsPerSecond, "/s"));
        goals.atMost(
                CPU_GOAL_PERCENT,
                Result.of("connected.cpu.percent", 100 * used.server() / used.seconds(), "% of a core"));
        Jcmd jcmd = Jcmd.of(rig.server());
        goals.report(Result.of("connected.heap.mb", jcmd.liveBytes() / 1e6, "MB"));
        goals.report(Result.count("connected.threads", jcmd.threads().size()));
        Rss.peakMegabytes(rig.server()).ifPresent(peak -> goals.report(Result.of("connected.rss.peak.mb", peak, "MB")));
    }

    private static void starts(Goals goals, Histogram nanos) {
        goals.report(Result.of("connected.start.p50.ms", nanos.getValueAtPercentile(50) / 1e6, "ms"));
        goals.report(Result.of("connected.start.p99.ms", nanos.getValueAtPercentile(99) / 1e6, "ms"));
    }
}
