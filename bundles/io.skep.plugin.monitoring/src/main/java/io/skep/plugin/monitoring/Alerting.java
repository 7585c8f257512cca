// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.event.Event;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.monitoring.alerts.Alert;
import io.skep.plugin.monitoring.alerts.Alerts;
import io.skep.plugin.monitoring.alerts.BuiltIn;
import io.skep.plugin.monitoring.alerts.Change;
import io.skep.plugin.monitoring.alerts.Deliveries;
import io.skep.plugin.monitoring.alerts.Delivery;
import io.skep.plugin.monitoring.alerts.Rule;
import io.skep.plugin.monitoring.alerts.Webhook;
import io.skep.plugin.monitoring.figures.Board;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alerts of one generation: which rules there are, what became of them, who is told. A firing is kept, together with what is
 * to be told and delivered, before anybody hears of it. What was told stands in the events, where this reads it again: so
 * the next generation knows what is left to be told. Rules and acknowledgements are documents that calls change. Used by
 * the follower's thread, but for what calls ask.
 */
final class Alerting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);
    private static final String ALERTS = "alerts";
    private static final String RULES = "rules";
    private static final String ACKNOWLEDGED = "acknowledged";
    private static final String REPLAY = "replay.";
    private static final long CLOSE_MILLIS = 1_000;
    private static final int MOST_RULES = 100;
    /** How long it is waited for what the last generation may have told, or seen to arrive. */
    private static final long PATIENCE_MILLIS = 3_000;

    private final Orchestrator orchestrator;
    private final Vault vault;
    private final AlertSettings settings;
    private final @Nullable Webhook webhook;
    private final Set<String> telling = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
    /** Whose wish to be tried again is not kept any longer, once that they are is kept. */
    private final Set<String> replayed = new TreeSet<>();

    private Alerts alerts;
    private Deliveries deliveries;
    private Alerts.Kept written = Alerts.Kept.NONE;
    private long tellFrom;
    private volatile List<Alert> shown = List.of();
    private volatile List<Delivery> onTheirWay = List.of();

    /** The rules that were made, by name. */
    record Rules(Map<String, Rule> rules) {}

    /** What was acknowledged, by the ids of the alerts. */
    record Acknowledged(Map<String, Alert.Acknowledgement> by) {}

    /** A delivery that is to be tried again although it is dead. */
    record Replay(String id) {}

    Alerting(Orchestrator orchestrator, Vault vault, Codec codec, AlertSettings settings) {
        this.orchestrator = orchestrator;
        this.vault = vault;
        this.settings = settings;
        this.webhook =
                settings.webhook() == null ? null : new Webhook(settings.webhook(), settings.timeout(), codec::write);
        this.alerts = new Alerts(Alerts.Kept.NONE, settings.repeatMillis(), 0);
        this.deliveries = new Deliveries(List.of(), settings.pending(), settings.attempts());
    }

    /** Goes on from what is kept. */
    void begin(long now) {
        written = vault.read(ALERTS, Alerts.Kept.class).orElse(Alerts.Kept.NONE);
        alerts = new Alerts(written, settings.repeatMillis(), now);
        deliveries = new Deliveries(
                vault.readAll(Deliveries.PREFIX, Delivery.class), settings.pending(), settings.attempts());
        telling.clear();
        replayed.clear();
        tellFrom = now + PATIENCE_MILLIS;
        show();
    }

    /** Something happened: perhaps what this told. */
    void told(Event event) {
        if (event.type().startsWith("monitoring.alert.")) {
            alerts.told(event.type(), event.subject());
        }
    }

    /** Decides; what was kept is told and sent first. By nobody but who serves, while nothing is being kept. */
    void look(Board board, long now) {
        deliveries.settle(now);
        for (Replay asked : vault.readAll(REPLAY, Replay.class)) {
            deliveries.replay(asked.id(), now);
            replayed.add(asked.id());
        }
        if (now >= tellFrom) {
            tell();
            send(now);
        }
        List<Change> changes = alerts.look(rules(), board, acknowledged().keySet(), now);
        if (webhook != null) {
            deliveries.add(changes, now);
        }
        show();
    }

    private void show() {
        shown = alerts.all();
        onTheirWay = deliveries.all();
    }

    private void tell() {
        for (Alerts.Untold notice : alerts.untold()) {
            String key = notice.type() + '/' + notice.id();
            if (telling.add(key)) {
                orchestrator
                        .tell(new Notice(notice.type(), notice.id(), notice.cause()))
                        .whenComplete((done, refused) -> {
                            if (refused != null) {
                                telling.remove(key);
                                LOG.debug("{} was not told", key, refused);
                            }
                        });
            }
        }
    }

    /** That one has arrived is kept at once, and not with the next change: the next generation may come before that. */
    private void send(long now) {
        Webhook target = webhook;
        if (target != null) {
            deliveries.send(now, vault::isThere, delivery -> sending(target, delivery));
        }
    }

    private CompletionStage<Void> sending(Webhook target, Delivery delivery) {
        CompletableFuture<Void> sent = target.send(delivery)
                .thenCompose(arrived -> vault.remove(Deliveries.PREFIX + delivery.id()))
                .toCompletableFuture();
        underWay.put(delivery.id(), sent);
        sent.whenComplete((done, failed) -> underWay.remove(delivery.id()));
        return sent;
    }

    /** Whether there is something that must be kept now. */
    boolean isChanged() {
        return deliveries.isChanged() || !replayed.isEmpty() || !same(written, alerts.kept());
    }

    private static boolean same(Alerts.Kept one, Alerts.Kept other) {
        return states(one).equals(states(other))
                && one.resolved().equals(other.resolved())
                && one.untold().equals(other.untold());
    }

    /** What matters of them: not the values, which change all the time. */
    private static Map<String, String> states(Alerts.Kept kept) {
        return kept.alerts().stream()
                .collect(Collectors.toMap(
                        Alert::rule, alert -> alert.state() + alert.id() + alert.since() + '/' + alert.deliveredAt()));
    }

    /** What is to be kept. */
    void changes(Map<String, Optional<Object>> to) {
        written = alerts.kept();
        to.put(ALERTS, Optional.of(written));
        to.putAll(deliveries.changes());
        replayed.forEach(id -> to.put(REPLAY + id, Optional.empty()));
        replayed.clear();
    }

    private Map<String, Alert.Acknowledgement> acknowledged() {
        return vault.read(ACKNOWLEDGED, Acknowledged.class)
                .map(Acknowledged::by)
                .orElse(Map.of());
    }

    private Collection<Rule> rules() {
        Map<String, Rule> all = new LinkedHashMap<>();
        BuiltIn.rules(settings.queueAgeSeconds(), settings.queueForMillis(), settings.anomalies())
                .forEach(rule -> all.put(rule.name(), rule));
        made().forEach(all::put);
        return all.values();
    }

    private Map<String, Rule> made() {
        return vault.read(RULES, Rules.class).map(Rules::rules).orElse(Map.of());
    }

    /** Shown to callers. */
    AlertRequests.Overview overview(AlertRequests.AlertsRequest asked) {
        Map<String, Alert.Acknowledgement> by = acknowledged();
        return AlertRequests.overview(asked, shown, by);
    }

    /** All rules that count, or are off. */
    AlertRequests.RulesOverview ruleOverview() {
        Set<String> made = made().keySet();
        return new AlertRequests.RulesOverview(
                List.copyOf(rules()), made.stream().sorted().toList());
    }

    /** Somebody has seen it. */
    CompletionStage<AlertRequests.Done> acknowledge(AlertRequests.AcknowledgeRequest asked, String by, long now) {
        Set<String> firing = shown.stream()
                .filter(alert -> alert.state() == Alert.State.FIRING)
                .map(Alert::id)
                .collect(Collectors.toSet());
        String id = asked.id();
        if (!firing.contains(id)) {
            throw new Declination("no alert " + id + " fires");
        }
        return vault.update(ACKNOWLEDGED, Acknowledged.class, new Acknowledged(Map.of()), before -> {
                    Map<String, Alert.Acknowledgement> all = new TreeMap<>(before.by());
                    all.keySet().retainAll(firing);
                    all.put(id, new Alert.Acknowledgement(by, now, asked.note()));
                    return new Acknowledged(all);
                })
                .thenApply(kept -> new AlertRequests.Done(id, "acknowledged"));
    }

    /** Makes a rule, or replaces one. */
    CompletionStage<AlertRequests.Done> put(Rule rule) {
        return vault.update(RULES, Rules.class, new Rules(Map.of()), before -> {
                    Map<String, Rule> all = new TreeMap<>(before.rules());
                    all.put(rule.name(), rule);
                    if (all.size() > MOST_RULES) {
                        throw new Declination("there are " + MOST_RULES + " rules already");
                    }
                    return new Rules(all);
                })
                .thenApply(kept -> new AlertRequests.Done(rule.name(), "made"));
    }

    /** Forgets a rule that was made. */
    CompletionStage<AlertRequests.Done> forget(String name) {
        if (!made().containsKey(name)) {
            throw new Declination("no rule " + name + " was made");
        }
        return vault.update(RULES, Rules.class, new Rules(Map.of()), before -> {
                    Map<String, Rule> all = new TreeMap<>(before.rules());
                    all.remove(name);
                    return new Rules(all);
                })
                .thenApply(kept -> new AlertRequests.Done(name, "forgotten"));
    }

    /** What is on its way, or never arrived. */
    AlertRequests.DeliveriesOverview deliveryOverview() {
        return AlertRequests.deliveries(onTheirWay, webhook != null);
    }

    /** Dead deliveries are tried again as at first: at the next look, and noted so that it is done after a kill too. */
    CompletionStage<AlertRequests.Replayed> replay(AlertRequests.ReplayRequest asked) {
        if (webhook == null) {
            throw new Declination("there is no webhook to deliver to; webhook.url names one");
        }
        List<String> dead = onTheirWay.stream()
                .filter(Delivery::dead)
                .map(Delivery::id)
                .filter(id -> asked.id() == null || asked.id().equals(id))
                .toList();
        if (asked.id() != null && dead.isEmpty()) {
            throw new Declination("there is no dead delivery " + asked.id());
        }
        return CompletableFuture.allOf(dead.stream()
                        .map(id -> vault.update(REPLAY + id, Replay.class, new Replay(id), before -> before)
                                .toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .thenApply(kept -> new AlertRequests.Replayed(dead));
    }

    /** Lets what is under way arrive, so that the next generation does not send it again; within a second. */
    @Override
    public void close() {
        try {
            CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new))
                    .get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException left) {
            LOG.debug("what has not arrived is left to the next generation", left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (webhook != null) {
            webhook.close();
        }
    }
}
