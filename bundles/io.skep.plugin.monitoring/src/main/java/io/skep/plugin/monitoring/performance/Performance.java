// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How tasks do. At most so many types, agents, skills and tenants are told apart, and as many comparisons; beyond, what was
 * not heard of for longest is forgotten. Thread-safe.
 */
public final class Performance {
    /** By what tasks are told apart. */
    public static final List<String> DIMENSIONS = List.of("type", "agent", "skill", "tenant");
    /** By what they are sorted. */
    public static final List<String> EXTREMES = List.of("run", "wait", "cost");

    private static final String PROFILE = "profile.";
    private static final String COMPARISON = "comparison.";
    private static final String EXTREME = "extremes";
    private static final String AGENT = "agent";
    private static final String PLUGIN = "plugin";

    private final Codec codec;
    private final Map<String, Slots<Profile>> profiles = new LinkedHashMap<>();
    private final Slots<Comparison> comparisons;
    /** What serves now, and since when that is known. */
    private final Map<String, Map<String, Version>> versions = Map.of(AGENT, new HashMap<>(), PLUGIN, new HashMap<>());

    private final Extremes extremes;
    private boolean extremesChanged;

    /** A version that is seen, first at that time. */
    private record Version(String version, long since) {}

    /** Where what was kept is read. */
    public interface Source {
        /** What is kept under a key. */
        <T> Optional<T> read(String key, Class<T> type);

        /** What is kept under keys that begin so, in their order. */
        <T> List<T> readAll(String prefix, Class<T> type);
    }

    /** Goes on from what was kept; of each dimension at most so many are told apart. */
    public Performance(Codec codec, int most, Source kept) {
        this.codec = codec;
        for (String dimension : DIMENSIONS) {
            String prefix = PROFILE + dimension + '.';
            Slots<Profile> its = new Slots<>(prefix, most);
            kept.readAll(prefix, Profile.Kept.class).forEach(one -> its.restore(one.name(), new Profile(one)));
            profiles.put(dimension, its);
        }
        comparisons = new Slots<>(COMPARISON, most);
        kept.readAll(COMPARISON, Comparison.Kept.class).stream()
                .map(Comparison::new)
                .forEach(one -> comparisons.restore(one.name(), one));
        extremes = new Extremes(kept.read(EXTREME, Extremes.Kept.class).orElse(Extremes.Kept.NONE));
    }

    /** What is to be kept with the next change. */
    public synchronized Map<String, Optional<Object>> changes() {
        Map<String, Optional<Object>> written = new HashMap<>();
        profiles.values().forEach(its -> its.changes(Profile::kept, written));
        comparisons.changes(Comparison::kept, written);
        if (extremesChanged) {
            written.put(EXTREME, Optional.of(extremes.kept()));
            extremesChanged = false;
        }
        return written;
    }

    /** That version of an agent or a plugin is there now. */
    public synchronized void sees(String kind, String subject, String version, long now) {
        Map<String, Version> its = versions(kind);
        Version before = its.get(subject);
        if (before == null) {
            its.put(subject, new Version(version, 0));
        } else if (!before.version().equals(version)) {
            its.put(subject, new Version(version, now));
        }
    }

    private Map<String, Version> versions(String kind) {
        return Objects.requireNonNull(versions.get(kind));
    }

    /** Only these are there. */
    public synchronized void retain(String kind, Set<String> subjects) {
        versions(kind).keySet().retainAll(subjects);
    }

    /** A task has ended. */
    public synchronized void ended(Task task) {
        Facts facts = Facts.of(task, codec);
        changing("type", facts.type(), facts);
        if (!facts.agent().isEmpty()) {
            changing("agent", facts.agent(), facts);
        }
        facts.skills().forEach(skill -> changing("skill", skill, facts));
        changing("tenant", facts.tenant(), facts);
        extremesChanged |= extremes.add(facts, () -> stats(facts));
        if (facts.completed() && !facts.attempts().isEmpty()) {
            compare(facts);
        }
    }

    /** How tasks of its type do. */
    private @Nullable Stats stats(Facts facts) {
        Profile type = dimension("type").get(facts.type());
        return type == null ? null : type.stats(facts.endedAt());
    }

    private Slots<Profile> dimension(String name) {
        return Objects.requireNonNull(profiles.get(name));
    }

    private void changing(String dimension, String name, Facts facts) {
        dimension(dimension)
                .changing(name, made -> new Profile(made, facts.endedAt()))
                .add(facts);
    }

    /** Only what began after a version was first seen was done by it. */
    private void compare(Facts facts) {
        long begun = facts.endedAt() - facts.lastRun();
        double ran = facts.lastRun() / 1000.0;
        Version agent = versions(AGENT).get(facts.agent());
        if (agent != null && begun >= agent.since()) {
            add(AGENT, facts.agent(), facts.type(), "run", agent.version(), ran);
        }
        versions(PLUGIN).forEach((plugin, version) -> {
            if (begun >= version.since()) {
                add(PLUGIN, plugin, facts.type(), "run", version.version(), ran);
                add(PLUGIN, plugin, facts.type(), "wait", version.version(), facts.waited() / 1000.0);
            }
        });
    }

    private void add(String kind, String subject, String type, String measure, String version, double seconds) {
        comparisons
                .changing(
                        Comparison.name(kind, subject, type, measure),
                        made -> new Comparison(kind, subject, type, measure))
                .add(version, seconds);
    }

    /** Whichever became worse, the surest first. */
    public synchronized Regressions regressions() {
        List<Comparison.Regression> found = new ArrayList<>();
        int compared = 0;
        for (Comparison one : comparisons.values()) {
            compared += one.isComparable() ? 1 : 0;
            one.regression().ifPresent(found::add);
        }
        found.sort(Comparator.comparingDouble(Comparison.Regression::p));
        return new Regressions(
                "Mann-Whitney U, two-sided", Comparison.P, Comparison.GROWTH, Comparison.LEAST, compared, found);
    }

    /**
     * What became worse with a version.
     *
     * @param test by which
     * @param p the probability of chance must be below
     * @param growth by which factor the median must have grown
     * @param least samples of each version that are needed
     * @param compared how many pairs of versions had so many
     * @param found those that are worse
     */
    public record Regressions(
            String test, double p, double growth, int least, int compared, List<Comparison.Regression> found) {}

    /** The worst of the last day. */
    public synchronized List<Extremes.Extreme> extremes(String kind, int most, long now) {
        return extremes.of(kind, now).stream().limit(most).toList();
    }

    /**
     * How the tasks of one name did, this day and the day before (UTC).
     *
     * @param by type, agent, skill or tenant
     * @param name of it
     * @param since the first of both days, in milliseconds since 1970
     * @param tasks that ended
     * @param completed those of them with a result
     * @param attemptsPerTask mean
     * @param waitSecondsP50 median until the first agent
     * @param waitSecondsP99 99th percentile of that
     * @param runSecondsP50 median of all attempts together
     * @param runSecondsP99 99th percentile of that
     * @param tokens of all, as agents say
     * @param costMicros the same of money, in millionths
     */
    public record Row(
            String by,
            String name,
            long since,
            long tasks,
            long completed,
            double attemptsPerTask,
            double waitSecondsP50,
            double waitSecondsP99,
            double runSecondsP50,
            double runSecondsP99,
            long tokens,
            long costMicros) {}

    /** Those of one dimension, or of that name in it; those with most tasks first. */
    public synchronized List<Row> rows(String by, @Nullable String name, long now) {
        return dimension(by).values().stream()
                .filter(profile -> name == null || profile.name().equals(name))
                .map(profile -> row(by, profile, now))
                .sorted(Comparator.comparingLong(Row::tasks).reversed().thenComparing(Row::name))
                .toList();
    }

    private static Row row(String by, Profile profile, long now) {
        Stats stats = profile.stats(now);
        return new Row(
                by,
                profile.name(),
                stats.since(),
                stats.tasks(),
                stats.completed(),
                stats.tasks() == 0 ? 0 : (double) stats.attempts() / stats.tasks(),
                stats.waitSeconds(50),
                stats.waitSeconds(99),
                stats.runSeconds(50),
                stats.runSeconds(99),
                stats.tokens(),
                stats.costMicros());
    }
}
