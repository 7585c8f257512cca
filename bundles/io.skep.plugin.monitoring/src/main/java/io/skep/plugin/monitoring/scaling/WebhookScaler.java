// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Scaler;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.webhook.Signature;
import io.skep.plugin.base.webhook.WebhookClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells somebody over HTTP how large a fleet shall be: a POST of {@code {"group", "from", "to", "decisionId", "drain",
 * "reason"}}, signed as Standard Webhooks 1.0 has it (HMAC-SHA256 of id, time and body). Any answer of 2xx is a yes. What
 * is too many is drained in core first, and named; the receiver ends each of those when it holds nothing any more. Thread-safe.
 */
final class WebhookScaler implements Scaler {
    static final String NAME = "webhook";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int CLIENT_ERROR = 4;
    private static final int HUNDRED = 100;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    private final Map<String, WebhookFleet> fleets;
    private final AgentService agents;
    private final Codec codec;
    private final Clock clock;
    private final WebhookClient client;
    private final Map<String, Last> lasts = new ConcurrentHashMap<>();

    private record Last(int wanted, long decision) {}

    /** What is told. */
    record Message(String group, int from, int to, String decisionId, List<String> drain, String reason) {}

    /** @param client closed by who made it */
    WebhookScaler(List<WebhookFleet> fleets, AgentService agents, Codec codec, Clock clock, WebhookClient client) {
        this.fleets = fleets.stream().collect(Collectors.toUnmodifiableMap(WebhookFleet::name, Function.identity()));
        this.agents = agents;
        this.codec = codec;
        this.clock = clock;
        this.client = client;
    }

    /** Goes on from the last decision that is known to be carried out. */
    void resume(String group, int wanted, long decision) {
        lasts.putIfAbsent(group, new Last(wanted, decision));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<ScalingGroup> groups() {
        List<Agent> all = agents.list();
        return fleets.values().stream()
                .sorted(Comparator.comparing(WebhookFleet::name))
                .map(fleet -> group(fleet, of(fleet, all)))
                .toList();
    }

    @Override
    public CompletionStage<ScalingGroup> scaleTo(ScalingOrder order) {
        WebhookFleet fleet = fleets.get(order.group());
        if (fleet == null) {
            return CompletableFuture.failedFuture(
                    Refusal.of(Refusal.Reason.NOT_FOUND, "there is no group " + order.group()));
        }
        if (order.to() < fleet.like().min() || order.to() > fleet.like().max()) {
            return CompletableFuture.failedFuture(Refusal.invalid("to", "outside of the limits of " + order.group()));
        }
        List<Agent> own = of(fleet, agents.list());
        Last last = lasts.get(order.group());
        if (last != null && order.decision() <= last.decision()) {
            return CompletableFuture.completedFuture(group(fleet, own));
        }
        List<String> drained = fewest(own, order.from() - order.to());
        return drain(own, drained, order)
                .thenCompose(ready -> post(fleet, order, drained))
                .thenApply(done -> {
                    lasts.merge(
                            order.group(),
                            new Last(order.to(), order.decision()),
                            (one, other) -> one.decision() > other.decision() ? one : other);
                    return group(fleet, of(fleet, agents.list()));
                });
    }

    /** What drains already first: it was named by an order that was not heard. */
    private static List<String> fewest(List<Agent> own, int count) {
        return own.stream()
                .filter(agent -> agent.state() == AgentState.ACTIVE || agent.state() == AgentState.DRAINING)
                .sorted(Comparator.<Agent>comparingInt(agent -> agent.state() == AgentState.DRAINING ? 0 : 1)
                        .thenComparingInt(Agent::busy)
                        .thenComparing(Agent::id, Comparator.reverseOrder()))
                .limit(Math.max(0, count))
                .map(Agent::id)
                .toList();
    }

    private CompletionStage<Void> drain(List<Agent> own, List<String> ids, ScalingOrder order) {
        return CompletableFuture.allOf(own.stream()
                .filter(agent -> agent.state() == AgentState.ACTIVE && ids.contains(agent.id()))
                .map(agent -> agents.drain(agent.id(), "decision " + order.decision() + ": " + order.reason())
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    private CompletionStage<Void> post(WebhookFleet fleet, ScalingOrder order, List<String> drained) {
        String id = Decision.name(order.group(), order.decision());
        String body = codec.write(new Message(order.group(), order.from(), order.to(), id, drained, order.reason()));
        Map<String, String> headers = new HashMap<>(
                Signature.headers(fleet.secret().getBytes(StandardCharsets.UTF_8), id, clock.millis() / 1000, body));
        headers.put("Content-Type", "application/json");
        return client.post(fleet.url(), headers, body, TIMEOUT).handle((reply, failure) -> {
            if (failure != null) {
                throw Refusal.of(
                        Refusal.Reason.UNAVAILABLE,
                        fleet + " does not answer: " + WebhookClient.reason(failure, TIMEOUT));
            }
            check(fleet, reply);
            return null;
        });
    }

    private static void check(WebhookFleet fleet, WebhookClient.Reply reply) {
        if (reply.isGood()) {
            return;
        }
        int status = reply.status();
        boolean isFinal = status / HUNDRED == CLIENT_ERROR && status != REQUEST_TIMEOUT && status != TOO_MANY;
        throw Refusal.of(isFinal ? Refusal.Reason.INVALID : Refusal.Reason.UNAVAILABLE, fleet + " answered " + status);
    }

    private static List<Agent> of(WebhookFleet fleet, List<Agent> all) {
        return all.stream()
                .filter(agent -> !agent.connected() && agent.id().startsWith(fleet.agents()))
                .filter(agent -> agent.state() != AgentState.LOST && agent.state() != AgentState.REMOVED)
                .toList();
    }

    /** As many as the last order said; before the first one, as many as there are. */
    private ScalingGroup group(WebhookFleet fleet, List<Agent> own) {
        ScalingGroup like = fleet.like();
        Last last = lasts.get(fleet.name());
        long active = own.stream()
                .filter(agent -> agent.state() != AgentState.DRAINING)
                .count();
        int wanted = last == null ? (int) active : last.wanted();
        return new ScalingGroup(
                like.name(),
                like.skills(),
                like.slots(),
                like.min(),
                like.max(),
                Math.max(like.min(), Math.min(like.max(), wanted)),
                own.stream().map(Agent::id).toList(),
                like.hourCostMicros());
    }
}
