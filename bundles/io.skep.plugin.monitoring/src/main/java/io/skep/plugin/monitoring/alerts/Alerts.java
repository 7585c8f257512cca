// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import io.skep.plugin.monitoring.figures.Board;
import io.skep.plugin.monitoring.figures.Figure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of rules: pending, firing, resolved. There is one alert for each rule at a time. What was told is not told
 * again while it lasts, whoever looks; {@link #kept} is all that the next version needs for that. Not thread-safe.
 */
public final class Alerts {
    /** The most that have been resolved which are kept. */
    static final int RESOLVED = 100;
    /** Without a look for so long, what is pending begins anew: nobody knows how it was meanwhile. */
    private static final long GAP_MILLIS = 60_000;

    private static final int MAX_LABELS = 120;
    /** Of what has been resolved. */
    private static final int MEMBERS_KEPT = 3;
    /** For how long a figure may be missing after the start. */
    private static final long MISSING_MILLIS = 60_000;

    private final long repeatMillis;
    private final long began;
    private final Map<String, Alert> alerts = new LinkedHashMap<>();
    private final Map<String, Long> coolUntil = new LinkedHashMap<>();
    private final List<Alert> resolved = new ArrayList<>();
    private final List<Untold> untold = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private long number;
    private long looked;

    /** What everybody is still to be told. */
    public record Untold(String type, String id, String cause) {}

    /** All that is kept. */
    public record Kept(
            long number,
            long looked,
            List<Alert> alerts,
            Map<String, Long> coolUntil,
            List<Alert> resolved,
            List<Untold> untold) {
        /** Nothing. */
        public static final Kept NONE = new Kept(0, 0, List.of(), Map.of(), List.of(), List.of());
    }

    /**
     * Goes on from what was kept.
     *
     * @param repeatMillis after which what fires still and was not acknowledged is delivered again
     * @param began when this generation began to look
     */
    public Alerts(Kept kept, long repeatMillis, long began) {
        this.repeatMillis = repeatMillis;
        this.began = began;
        number = kept.number();
        looked = kept.looked();
        kept.alerts().forEach(alert -> alerts.put(alert.rule(), alert));
        coolUntil.putAll(kept.coolUntil());
        resolved.addAll(kept.resolved());
        untold.addAll(kept.untold());
    }

    /** What is to be kept. */
    public Kept kept() {
        return new Kept(
                number,
                looked,
                List.copyOf(alerts.values()),
                Map.copyOf(coolUntil),
                List.copyOf(resolved),
                List.copyOf(untold));
    }

    /** Those that fire, are pending, or have been resolved, the newest last. */
    public List<Alert> all() {
        List<Alert> all = new ArrayList<>(resolved);
        all.addAll(alerts.values());
        return all;
    }

    /** What is still to be told. */
    public List<Untold> untold() {
        return List.copyOf(untold);
    }

    /** That was told: it stands in the events. Whether it was to be. */
    public boolean told(String type, String id) {
        return untold.removeIf(
                notice -> notice.type().equals(type) && notice.id().equals(id));
    }

    /** Looks whether rules are broken; what is to be told or delivered. */
    public List<Change> look(Collection<Rule> rules, Board board, Set<String> acknowledged, long now) {
        boolean gap = now - looked > GAP_MILLIS;
        looked = now;
        board.figures().forEach(figure -> seen.add(figure.name()));
        List<Change> changes = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Rule rule : rules) {
            if (!rule.isOff()) {
                known.add(rule.name());
                if (seen.contains(rule.figure()) || now - began > MISSING_MILLIS) {
                    look(rule, board, acknowledged, now, gap, changes);
                }
            }
        }
        for (Alert gone : List.copyOf(alerts.values())) {
            if (!known.contains(gone.rule())) {
                over(Rule.above(gone.rule(), gone.rule(), 0, 0, "info", "its rule is gone"), gone, now, changes);
            }
        }
        coolUntil.values().removeIf(until -> until <= now);
        return changes;
    }

    private void look(Rule rule, Board board, Set<String> acknowledged, long now, boolean gap, List<Change> changes) {
        List<Figure> broken = board.named(rule.figure(), rule.wanted()).stream()
                .filter(rule::isBroken)
                .toList();
        Alert alert = alerts.get(rule.name());
        if (broken.isEmpty()) {
            if (alert != null) {
                over(rule, alert, now, changes);
            }
            return;
        }
        if (alert == null) {
            alert = Alert.pending(rule.name(), now);
        } else if (gap && alert.is(Alert.State.PENDING)) {
            alert = alert.restarted(now);
        }
        alert = described(rule, alert, broken);
        boolean cool = coolUntil.getOrDefault(rule.name(), 0L) <= now;
        if (alert.is(Alert.State.PENDING) && now - alert.since() >= rule.lasts() && cool) {
            alert = alert.fired(rule.name() + ':' + ++number, now);
            tell(Change.FIRED, rule, alert, changes);
        } else if (isToRepeat(alert, acknowledged, now)) {
            alert = alert.delivered(now);
            changes.add(new Change(Change.AGAIN, rule, alert));
        }
        alerts.put(rule.name(), alert);
    }

    private boolean isToRepeat(Alert alert, Set<String> acknowledged, long now) {
        return alert.is(Alert.State.FIRING)
                && !acknowledged.contains(alert.id())
                && now - alert.deliveredAt() >= repeatMillis;
    }

    private static Alert described(Rule rule, Alert alert, List<Figure> broken) {
        Comparator<Figure> worst = Comparator.comparingDouble(Figure::value);
        List<Figure> sorted = broken.stream()
                .sorted(rule.above() == null ? worst : worst.reversed())
                .toList();
        List<String> members = sorted.stream()
                .limit(Alert.MEMBERS)
                .filter(figure -> !figure.labels().isEmpty())
                .map(Alerts::member)
                .toList();
        return alert.seen(sorted.get(0).value(), members, broken.size());
    }

    /** All alerts are one document, so that none may say too much. */
    private static String member(Figure figure) {
        String labels = figure.labels().toString();
        return labels.substring(0, Math.min(labels.length(), MAX_LABELS)) + ' ' + figure.value();
    }

    private void over(Rule rule, Alert alert, long now, List<Change> changes) {
        alerts.remove(alert.rule());
        if (alert.is(Alert.State.FIRING)) {
            Alert ended = alert.resolved(now);
            coolUntil.put(alert.rule(), now + rule.rests());
            resolved.add(ended.shortened(MEMBERS_KEPT));
            if (resolved.size() > RESOLVED) {
                resolved.remove(0);
            }
            tell(Change.RESOLVED, rule, ended, changes);
        }
    }

    private void tell(String what, Rule rule, Alert alert, List<Change> changes) {
        Change change = new Change(what, rule, alert);
        changes.add(change);
        untold.add(new Untold("monitoring.alert." + what, alert.id(), change.cause()));
    }
}
