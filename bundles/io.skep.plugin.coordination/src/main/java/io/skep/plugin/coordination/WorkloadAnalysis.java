// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.coordination.Window.Figures;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who has how much to do, and what should move. Thread-safe. */
final class WorkloadAnalysis {
    private static final int MOST_AGENTS = 1000;

    private final Coordination coordination;
    private final AgentService agents;
    private final Mapping mapping;
    private final ServiceTimes times;
    private final Clock clock;
    private final Balance balance;

    WorkloadAnalysis(
            Coordination coordination, Orchestrator orchestrator, Mapping mapping, ServiceTimes times, Clock clock) {
        this.coordination = coordination;
        this.agents = orchestrator.agents();
        this.mapping = mapping;
        this.times = times;
        this.clock = clock;
        this.balance = new Balance(orchestrator);
    }

    /** One agent, or, if absent, all. */
    record Analyze(@Nullable String agent) {
        Analyze {
            Inputs.text("agent", agent, 128);
        }
    }

    /**
     * Service times of completed attempts in milliseconds, over the last ones; zeros where there are none.
     *
     * @param completed how many of them
     * @param failed attempts among the last ones that failed
     */
    record Times(int completed, int failed, double meanMillis, long p50Millis, long p90Millis) {
        static Times of(Figures figures) {
            return new Times(
                    figures.completed(), figures.failed(), Work.rounded(figures.mean()), figures.p50(), figures.p90());
        }
    }

    /**
     * One agent's work.
     *
     * @param active tasks that it has begun
     * @param queued tasks that were assigned to it and that it has not begun
     * @param oldestActiveMillis for how long it has worked on the oldest of those, 0 if there is none
     * @param oldestQueuedMillis for how long the oldest of those has waited, 0 if there is none
     * @param utilisation share of its slots that are in use, 0 to 1
     * @param backlogMillis expected time to finish what it has
     * @param use over, even or under
     */
    record AgentWork(
            String agent,
            String state,
            int slots,
            int reserved,
            int active,
            int queued,
            long oldestActiveMillis,
            long oldestQueuedMillis,
            double utilisation,
            long backlogMillis,
            Times times,
            String use) {}

    /**
     * All agents together; those that are not active count by what they hold only.
     *
     * @param slots of the active agents
     * @param meanBacklogMillis over the active agents
     */
    record Fleet(
            int agents,
            int activeAgents,
            int slots,
            int active,
            int queued,
            double utilisation,
            long meanBacklogMillis,
            double score,
            double variance,
            Times times,
            List<String> over,
            List<String> under) {}

    /**
     * What there is to do.
     *
     * @param rule by which agents are over- and under-used
     * @param agents largest backlog first, at most a thousand
     */
    record Analysis(String rule, Fleet fleet, List<AgentWork> agents) {}

    /** Looks at one agent or all. */
    CompletionStage<Analysis> analyze(Analyze asked, @Nullable String about) {
        String only = asked.agent() == null ? about : asked.agent();
        return coordination.caughtUp().thenApply(caughtUp -> analysis(only));
    }

    private Analysis analysis(@Nullable String only) {
        List<Work> works = works();
        List<Work> shown = works.stream()
                .filter(work -> only == null || work.agent().id().equals(only))
                .sorted(Comparator.comparingDouble((Work work) -> -work.backlogMillis())
                        .thenComparing(work -> work.agent().id()))
                .limit(MOST_AGENTS)
                .toList();
        if (shown.isEmpty() && only != null) {
            throw new Declination("there is no agent \"" + only + "\"");
        }
        double mean = Work.mean(backlogs(works));
        return new Analysis(
                Work.RULE,
                fleet(works, mean),
                shown.stream().map(work -> agentWork(work, mean)).toList());
    }

    /** Evens out what has not begun, or says what it would do. */
    CompletionStage<Balance.Optimized> optimize(Balance.Optimize asked) {
        return coordination.caughtUp().thenCompose(caughtUp -> balance.optimize(asked, works()));
    }

    private List<Work> works() {
        Instant now = clock.instant();
        List<Work> works = new ArrayList<>();
        for (Agent agent : agents.list()) {
            double mean = times.mean(agent.id(), Work.UNKNOWN_MILLIS);
            works.add(new Work(agent, mapping.ofAgent(agent.id()).held(), mean, now));
        }
        return works;
    }

    /** Of the active agents. */
    private static List<Double> backlogs(List<Work> works) {
        return works.stream().filter(Work::isActive).map(Work::backlogMillis).toList();
    }

    private AgentWork agentWork(Work work, double meanBacklog) {
        Agent agent = work.agent();
        Instant now = work.now();
        return new AgentWork(
                agent.id(),
                agent.state().wire(),
                agent.spec().slots(),
                agent.reserved(),
                work.begun(),
                work.queued(),
                oldest(work.held().stream()
                        .filter(Holding::isBegun)
                        .map(h -> h.worked(now).toMillis())),
                oldest(work.held().stream()
                        .filter(h -> !h.isBegun())
                        .map(h -> h.age(now).toMillis())),
                Work.rounded((double) agent.busy() / agent.spec().slots()),
                Math.round(work.backlogMillis()),
                Times.of(times.of(agent.id())),
                work.use(meanBacklog).name().toLowerCase(Locale.ROOT));
    }

    private static long oldest(Stream<Long> millis) {
        return millis.mapToLong(value -> value).max().orElse(0);
    }

    private Fleet fleet(List<Work> works, double meanBacklog) {
        List<Work> active = works.stream().filter(Work::isActive).toList();
        int slots =
                active.stream().mapToInt(work -> work.agent().spec().slots()).sum();
        int busy = active.stream().mapToInt(work -> work.agent().busy()).sum();
        List<Double> backlogs = backlogs(works);
        return new Fleet(
                works.size(),
                active.size(),
                slots,
                works.stream().mapToInt(Work::begun).sum(),
                works.stream().mapToInt(Work::queued).sum(),
                slots == 0 ? 0 : Work.rounded((double) busy / slots),
                Math.round(meanBacklog),
                Work.score(backlogs),
                Work.variance(backlogs),
                Times.of(times.ofFleet()),
                used(works, meanBacklog, Work.Use.OVER),
                used(works, meanBacklog, Work.Use.UNDER));
    }

    private static List<String> used(List<Work> works, double meanBacklog, Work.Use use) {
        return works.stream()
                .filter(work -> work.use(meanBacklog) == use)
                .map(work -> work.agent().id())
                .limit(MOST_AGENTS)
                .toList();
    }
}
