// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.plugin.base.Declination;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Decided;
import io.skep.plugin.monitoring.scaling.ScalingOffer.EvaluateRequest;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Evaluated;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Evaluation;
import io.skep.plugin.monitoring.scaling.ScalingOffer.GroupLimits;
import io.skep.plugin.monitoring.scaling.ScalingOffer.GroupStatus;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Limits;
import io.skep.plugin.monitoring.scaling.ScalingOffer.SetRequest;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Status;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answers to the operations, from what the last look saw and what is kept. Thread-safe. */
final class Answers {
    private static final int USUAL_LIMIT = 20;

    private final ScalingSettings settings;
    private final Control control;
    private final Map<String, Tracker> trackers;
    private final Clock clock;
    private final @Nullable String trouble;

    Answers(
            ScalingSettings settings,
            Control control,
            Map<String, Tracker> trackers,
            Clock clock,
            @Nullable String trouble) {
        this.settings = settings;
        this.control = control;
        this.trackers = trackers;
        this.clock = clock;
        this.trouble = trouble;
    }

    CompletionStage<Status> status(ScalingOffer.GroupRequest asked) {
        long cost = trackers.values().stream()
                .map(Tracker::seen)
                .filter(Objects::nonNull)
                .mapToLong(Tracker.Seen::rate)
                .sum();
        List<GroupStatus> groups = seen(asked.group()).map(Answers::status).toList();
        return CompletableFuture.completedFuture(new Status(limits(control.said()), cost, groups, trouble));
    }

    private static GroupStatus status(Tracker.Seen seen) {
        return new GroupStatus(
                seen.member().key(),
                seen.member().group().skills().stream().sorted().toList(),
                seen.bounds().min(),
                seen.bounds().max(),
                seen.member().group().hourCostMicros(),
                seen.figures(),
                seen.figures().utilisation(),
                seen.verdict().hindrances());
    }

    CompletionStage<Decided> decisions(ScalingOffer.DecisionsRequest asked) {
        int limit = Objects.requireNonNullElse(asked.limit(), USUAL_LIMIT);
        return CompletableFuture.completedFuture(new Decided(known(asked.group())
                .flatMap(tracker -> Optional.ofNullable(tracker.seen()).stream()
                        .flatMap(seen -> tracker.book().decisions().stream()
                                .map(decision -> decision.shown(
                                        seen.member().scaler().name(),
                                        seen.member().group().name()))))
                .sorted(Comparator.comparing(Decision.Shown::at).reversed())
                .limit(limit)
                .toList()));
    }

    CompletionStage<Evaluated> evaluate(EvaluateRequest asked) {
        Decider decider = new Decider(settings.targets());
        return CompletableFuture.completedFuture(new Evaluated(seen(asked.group())
                .map(seen -> {
                    Figures figures = supposed(seen.figures(), asked);
                    Verdict verdict = decider.decide(figures, seen.bounds(), seen.window(), clock.millis());
                    return new Evaluation(seen.member().key(), figures, verdict);
                })
                .toList()));
    }

    private static Figures supposed(Figures is, EvaluateRequest asked) {
        return new Figures(
                is.wanted(),
                is.ready(),
                is.started(),
                is.slots(),
                Objects.requireNonNullElse(asked.busy(), is.busy()),
                Objects.requireNonNullElse(asked.depth(), is.depth()),
                Objects.requireNonNullElse(asked.oldestMillis(), is.oldestMillis()),
                Objects.requireNonNullElse(asked.inPerSecond(), is.inPerSecond()),
                is.expectedPerSecond(),
                asked.workMillis() == null ? is.workMillis() : asked.workMillis());
    }

    CompletionStage<Limits> set(SetRequest asked) {
        if (asked.group() != null && !trackers.containsKey(asked.group())) {
            throw unknown(asked.group());
        }
        boolean isNothing = Stream.of(asked.mode(), asked.paused(), asked.min(), asked.max(), asked.ceilingMicros())
                .allMatch(Objects::isNull);
        if (isNothing) {
            return CompletableFuture.completedFuture(limits(control.said()));
        }
        return control.change(said -> changed(said, asked)).thenApply(this::limits);
    }

    private static Control.Said changed(Control.Said said, SetRequest asked) {
        Control.Said next = new Control.Said(
                asked.mode() == null ? said.mode() : asked.mode(),
                (asked.group() == null && asked.paused() != null) ? asked.paused() : said.paused(),
                asked.ceilingMicros() == null ? said.ceiling() : asked.ceilingMicros(),
                said.groups());
        if (asked.group() == null) {
            return next;
        }
        Control.OfGroup before = said.group(asked.group());
        Control.OfGroup after = new Control.OfGroup(
                asked.paused() == null ? before.paused() : asked.paused(),
                asked.min() == null ? before.min() : asked.min(),
                asked.max() == null ? before.max() : asked.max());
        if (after.min() != null && after.max() != null && after.min() > after.max()) {
            throw new Declination("\"min\" " + after.min() + " is more than \"max\" " + after.max());
        }
        return next.with(asked.group(), after);
    }

    private Limits limits(Control.Said said) {
        Map<String, Control.OfGroup> groups = new TreeMap<>(Objects.requireNonNullElse(said.groups(), Map.of()));
        return new Limits(
                Objects.requireNonNullElse(said.mode(), settings.isProposing() ? "propose" : "act"),
                Boolean.TRUE.equals(said.paused()),
                Objects.requireNonNullElse(said.ceiling(), settings.ceiling()),
                groups.entrySet().stream()
                        .map(entry -> new GroupLimits(
                                entry.getKey(),
                                entry.getValue().paused(),
                                entry.getValue().min(),
                                entry.getValue().max()))
                        .toList());
    }

    private Stream<Tracker.Seen> seen(@Nullable String group) {
        return known(group).map(Tracker::seen).filter(Objects::nonNull);
    }

    private Stream<Tracker> known(@Nullable String group) {
        if (group == null) {
            return new TreeMap<>(trackers).values().stream();
        }
        Tracker tracker = trackers.get(group);
        if (tracker == null) {
            throw unknown(group);
        }
        return Stream.of(tracker);
    }

    private static Declination unknown(String group) {
        return new Declination("there is no group \"" + group + "\"");
    }
}
