// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.plugin.context.parts.Means;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the agents again and again, and has those sleep or wake of whom a policy says so. Whatever was missed
 * while nobody looked, over a restart too, is found by the next look; kept is only what was learned of the agents' hours. Only one look at a time; thread-safe.
 */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Means means;
    private final Book book;
    private final Activity activity;
    private final Surroundings surroundings;
    private final QuietHours hours;

    Watch(Means means, Book book, Activity activity, Surroundings surroundings) {
        this.means = means;
        this.book = book;
        this.activity = activity;
        this.surroundings = surroundings;
        this.hours = new QuietHours(book);
    }

    /** Looks once. */
    synchronized void look() {
        if (!book.isServing()) {
            return;
        }
        Rules rules = new Rules(book.policies());
        if (rules.isEmpty()) {
            return;
        }
        Instant now = means.clock().instant();
        Rules.Situation situation = new Rules.Situation(now, heapPercent(), surroundings::tokens, hours::isQuiet);
        AgentService agents = means.orchestrator().agents();
        List<Agent> all = agents.list();
        hours.keepOnly(all.stream().map(Agent::id).collect(Collectors.toSet()));
        for (Agent agent : all) {
            rules.learns(agent).ifPresent(zone -> learn(agent, zone, now));
            if (agent.state() == AgentState.ASLEEP) {
                rules.whyWake(agent, situation).ifPresent(why -> told(agent, agents.wake(agent.id(), why)));
            } else if (mayRest(agent)) {
                Instant since = later(activity.since(agent.id()), agent.since());
                rules.whySleep(agent, since, situation).ifPresent(why -> told(agent, agents.sleep(agent.id(), why)));
            }
        }
    }

    /** Of an agent that is not there nothing is learned. */
    private void learn(Agent agent, ZoneId zone, Instant now) {
        if (agent.state() == AgentState.ACTIVE || agent.state().isSleepy()) {
            boolean works = agent.busy() > 0 || QuietHours.hour(activity.since(agent.id())) == QuietHours.hour(now);
            hours.look(agent.id(), zone, works, now);
        }
    }

    private boolean mayRest(Agent agent) {
        return agent.state() == AgentState.ACTIVE
                && agent.busy() == 0
                && agent.reserved() == 0
                && book.pin(agent.id()).isEmpty();
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static int heapPercent() {
        Runtime runtime = Runtime.getRuntime();
        return (int) (100 * (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory());
    }

    /** It may have become something else meanwhile; the next look sees. */
    private static void told(Agent agent, CompletionStage<Agent> change) {
        change.whenComplete((done, failure) -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof Refusal refusal && refusal.reason() == Refusal.Reason.CONFLICT) {
                LOG.debug("agent {}: {}", agent.id(), refusal.getMessage());
            } else if (cause != null) {
                LOG.warn("agent {} could not be put to sleep or woken: {}", agent.id(), cause.toString());
            }
        });
    }
}
