// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.TaskService;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.loadbalancing.balance.Fleet;
import io.skep.plugin.loadbalancing.balance.Forecast;
import io.skep.plugin.loadbalancing.balance.Queueing;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How much the agents can do, as they show, and how much will be asked of them. Thread-safe. */
final class Capacity {
    private static final int MOST_AGENTS = 1000;
    private static final List<Integer> AHEAD = List.of(1, 5, 15, 60);
    private static final double UNBOUNDED = -1;

    private final AgentService agents;
    private final TaskService tasks;
    private final Fleet fleet;
    private final Room room;
    private final Clock clock;
    private final Forecast forecast = new Forecast();

    Capacity(AgentService agents, TaskService tasks, Fleet fleet, Room room, Clock clock) {
        this.agents = agents;
        this.tasks = tasks;
        this.fleet = fleet;
        this.room = room;
        this.clock = clock;
    }

    /** One agent, or, if absent, all. */
    record CapacityRequest(@Nullable String agent) {
        CapacityRequest {
            Inputs.text("agent", agent, 128);
        }
    }

    /**
     * What one agent can do.
     *
     * @param slots that it says it has
     * @param given how many of them it is given at once: fewer where more at once was measured to bring
     *     nothing, or an action bounds it
     * @param used in use or reserved
     * @param perMinute tasks that it can do in a minute with what it is given, by what attempts take there
     * @param tier light, standard, heavy or enterprise: less than half, up to one and a half times, up to three times, and
     *     more than three times of what an agent of the fleet can do on average
     */
    record AgentCapacity(String agent, int slots, int given, int used, double perMinute, String tier) {}

    /**
     * What all can do.
     *
     * @param perMinute tasks, of the active agents together
     * @param waiting tasks that wait for an agent now
     * @param arrivalsPerMinute tasks that come, in the last minute
     * @param headroom the share of what they can do that is not asked for, 0 if more is asked for
     * @param agents those that can do most first, at most a thousand
     */
    record FleetCapacity(
            int slots,
            int given,
            int used,
            double perMinute,
            int waiting,
            double arrivalsPerMinute,
            double headroom,
            List<AgentCapacity> agents) {}

    /** Nothing needs to be said. */
    record ForecastRequest() {}

    /**
     * What will come.
     *
     * @param minutes that it was learned from
     * @param points empty as long as less than five minutes are known
     */
    record Expected(long minutes, List<Forecast.Point> points) {}

    /**
     * A supposition; what is absent is as it is.
     *
     * @param arrivalsPerMinute tasks that come
     * @param taskMillis what one takes
     * @param slots of all agents
     * @param addSlots more, or with a negative number fewer
     */
    record Supposition(
            @Nullable Double arrivalsPerMinute,
            @Nullable Long taskMillis,
            @Nullable Long slots,
            @Nullable Long addSlots) {
        Supposition {
            if (arrivalsPerMinute != null && !(arrivalsPerMinute >= 0 && arrivalsPerMinute <= 1e9)) {
                throw new Declination("field \"arrivalsPerMinute\" must be 0 to 1000000000");
            }
            Inputs.range("taskMillis", taskMillis, 1, 2_592_000_000L);
            Inputs.range("slots", slots, 1, 1_000_000);
            Inputs.range("addSlots", addSlots, -1_000_000, 1_000_000);
        }
    }

    /**
     * What would be.
     *
     * @param utilisation share of the slots that is needed; from 1 on the queue grows without end
     * @param waits share of tasks that have to wait
     * @param waitMillis how long on average; -1 for without end
     */
    record Supposed(
            double arrivalsPerMinute,
            long taskMillis,
            int slots,
            double utilisation,
            double waits,
            double waitMillis) {}

    /** A task came. */
    void arrived(long at) {
        synchronized (forecast) {
            forecast.arrived(at);
        }
    }

    /** What they can do. */
    CompletionStage<FleetCapacity> capacity(CapacityRequest asked) {
        return tasks.queues().thenApply(queues -> fleet(asked, queues));
    }

    private FleetCapacity fleet(CapacityRequest asked, List<QueueStatus> queues) {
        List<Agent> active = active();
        double mean = active.stream().mapToDouble(this::perMinute).average().orElse(0);
        List<AgentCapacity> shown = active.stream()
                .filter(agent -> asked.agent() == null || agent.id().equals(asked.agent()))
                .map(agent -> capacity(agent, mean))
                .sorted(Comparator.comparingDouble((AgentCapacity one) -> -one.perMinute())
                        .thenComparing(AgentCapacity::agent))
                .limit(MOST_AGENTS)
                .toList();
        if (shown.isEmpty() && asked.agent() != null) {
            throw new Declination("there is no active agent \"" + asked.agent() + "\"");
        }
        double all = mean * active.size();
        double arrivals = arrivals(queues);
        return new FleetCapacity(
                active.stream().mapToInt(agent -> agent.spec().slots()).sum(),
                active.stream().mapToInt(this::given).sum(),
                active.stream().mapToInt(Capacity::used).sum(),
                Advising.rounded(all),
                queues.stream().mapToInt(QueueStatus::depth).sum(),
                Advising.rounded(arrivals),
                all == 0 ? 0 : Advising.rounded(Math.max(0, 1 - arrivals / all)),
                shown);
    }

    private List<Agent> active() {
        return agents.list().stream()
                .filter(agent -> agent.state() == AgentState.ACTIVE)
                .toList();
    }

    private static double arrivals(List<QueueStatus> queues) {
        return 60 * queues.stream().mapToDouble(QueueStatus::inPerSecond).sum();
    }

    private AgentCapacity capacity(Agent agent, double mean) {
        double its = perMinute(agent);
        return new AgentCapacity(
                agent.id(), agent.spec().slots(), given(agent), used(agent), Advising.rounded(its), tier(its / mean));
    }

    private static String tier(double ratio) {
        if (ratio < 0.5) {
            return "light";
        } else if (ratio <= 1.5) {
            return "standard";
        }
        return ratio <= 3 ? "heavy" : "enterprise";
    }

    private static int used(Agent agent) {
        return agent.busy() + agent.reserved();
    }

    private double perMinute(Agent agent) {
        return given(agent) * 60_000 / fleet.estimate(agent.id()).millis();
    }

    private int given(Agent agent) {
        return room.given(agent);
    }

    /** What will come. */
    Expected forecast() {
        synchronized (forecast) {
            forecast.pass(clock.millis());
            return new Expected(forecast.minutes(), forecast.of(AHEAD));
        }
    }

    /** What would be. */
    CompletionStage<Supposed> suppose(Supposition supposed) {
        return tasks.queues().thenApply(queues -> {
            double arrivals = Objects.requireNonNullElse(supposed.arrivalsPerMinute(), arrivals(queues));
            long millis = Objects.requireNonNullElse(supposed.taskMillis(), Math.max(1, Math.round(fleet.millis())));
            long now = active().stream().mapToInt(this::given).sum();
            long slots = Objects.requireNonNullElse(supposed.slots(), now)
                    + Objects.requireNonNullElse(supposed.addSlots(), 0L);
            if (slots < 1 || slots > 1_000_000) {
                throw new Declination("that would be " + slots + " slots; it must be 1 to 1000000");
            }
            Queueing queueing = Queueing.of(arrivals / 60, (double) millis, (int) slots);
            boolean ends = Double.isFinite(queueing.waitMillis());
            return new Supposed(
                    Advising.rounded(arrivals),
                    millis,
                    (int) slots,
                    Advising.rounded(queueing.utilisation()),
                    Advising.rounded(queueing.waits()),
                    ends ? Advising.rounded(queueing.waitMillis()) : UNBOUNDED);
        });
    }
}
