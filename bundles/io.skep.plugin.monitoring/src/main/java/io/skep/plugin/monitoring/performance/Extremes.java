// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import io.skep.api.task.Attempt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The tasks of the last day that waited or ran for longest, or cost most, with the reason. Not thread-safe. */
public final class Extremes {
    /** The most of each kind. */
    static final int MOST = 20;

    private static final Map<String, ToDoubleFunction<Extreme>> KINDS = Map.of(
            "run", Extreme::runSeconds,
            "wait", Extreme::waitSeconds,
            "cost", extreme -> (double) extreme.costMicros());
    private static final long PURGE_MILLIS = 60_000;

    private final Map<String, List<Extreme>> tops = new LinkedHashMap<>();
    private long nextPurge;

    /**
     * A task.
     *
     * @param task its id
     * @param type of it
     * @param agent of its last attempt
     * @param tenant whose
     * @param endedAt ISO 8601
     * @param completed whether it has a result
     * @param waitSeconds until its first agent
     * @param runSeconds all attempts together
     * @param attempts how many
     * @param tokens all attempts together, as agents say
     * @param costMicros the same of money, in millionths
     * @param reason why it is among these
     */
    public record Extreme(
            String task,
            String type,
            String agent,
            String tenant,
            String endedAt,
            boolean completed,
            double waitSeconds,
            double runSeconds,
            int attempts,
            long tokens,
            long costMicros,
            String reason) {}

    /** All that is kept. */
    record Kept(Map<String, List<Extreme>> tops) {
        static final Kept NONE = new Kept(Map.of());
    }

    Extremes(Kept kept) {
        KINDS.keySet()
                .forEach(kind -> tops.put(kind, new ArrayList<>(kept.tops().getOrDefault(kind, List.of()))));
    }

    Kept kept() {
        return new Kept(tops);
    }

    /**
     * Whether it is among them, which few are: only then is it said why.
     *
     * @param type how tasks of its type do
     */
    boolean add(Facts facts, Supplier<@Nullable Stats> type) {
        if (facts.endedAt() >= nextPurge) {
            nextPurge = facts.endedAt() + PURGE_MILLIS;
            tops.values().forEach(top -> top.removeIf(one -> isOld(one, facts.endedAt())));
        }
        boolean added = insert("run", facts.ran() / 1000.0, facts, type);
        added |= insert("wait", facts.waited() / 1000.0, facts, type);
        added |= insert("cost", (double) facts.used().costMicros(), facts, type);
        return added;
    }

    private boolean insert(String kind, double value, Facts facts, Supplier<@Nullable Stats> type) {
        List<Extreme> top = Objects.requireNonNull(tops.get(kind));
        ToDoubleFunction<Extreme> by = Objects.requireNonNull(KINDS.get(kind));
        if (value <= 0 || (top.size() == MOST && by.applyAsDouble(top.get(MOST - 1)) >= value)) {
            return false;
        }
        top.add(extreme(facts, kind, type.get()));
        top.sort(Comparator.comparingDouble(by).reversed());
        if (top.size() > MOST) {
            top.remove(MOST);
        }
        return true;
    }

    private static boolean isOld(Extreme one, long now) {
        return Instant.parse(one.endedAt()).toEpochMilli() < now - Profile.DAY;
    }

    /** Those of the last day, the worst first. */
    List<Extreme> of(String kind, long now) {
        return tops.getOrDefault(kind, List.of()).stream()
                .filter(one -> !isOld(one, now))
                .toList();
    }

    private static Extreme extreme(Facts facts, String kind, @Nullable Stats type) {
        return new Extreme(
                facts.id(),
                facts.type(),
                facts.agent(),
                facts.tenant(),
                Instant.ofEpochMilli(facts.endedAt()).toString(),
                facts.completed(),
                facts.waited() / 1000.0,
                facts.ran() / 1000.0,
                facts.attempts().size(),
                facts.used().tokens(),
                facts.used().costMicros(),
                reason(facts, kind, type));
    }

    /** Which part makes it long or dear, in words. */
    static String reason(Facts facts, String kind, @Nullable Stats type) {
        int attempts = facts.attempts().size();
        double median = type == null ? 0 : type.runSeconds(50);
        if (kind.equals("cost")) {
            double mean = type == null || type.tasks() == 0 ? 0 : (double) type.costMicros() / type.tasks();
            return say(
                    "%d tokens in %d attempts; the mean cost of its type is %.0f millionths",
                    facts.used().tokens(), attempts, mean);
        }
        if (kind.equals("wait")) {
            return say(
                    "no agent had it for %.1f s; the median of its type is %.1f s",
                    facts.waited() / 1000.0, type == null ? 0 : type.waitSeconds(50));
        }
        long earlier = facts.ran() - facts.lastRun();
        if (attempts > 1 && earlier >= facts.lastRun()) {
            Attempt failed = facts.attempts().get(attempts - 2);
            String cause = failed.cause() == null ? "no cause is given" : failed.cause();
            return say(
                    "%d earlier attempts took %.1f s of %.1f s; of the last of them: %s",
                    attempts - 1,
                    earlier / 1000.0,
                    facts.ran() / 1000.0,
                    cause.substring(0, Math.min(200, cause.length())));
        }
        return say("its last attempt took %.1f s; the median of its type is %.1f s", facts.lastRun() / 1000.0, median);
    }

    private static String say(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
