// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import org.jspecify.annotations.Nullable;

/** How the tasks of one type, agent, skill or tenant did, this day and the day before (UTC). Not thread-safe. */
final class Profile {
    static final long DAY = 86_400_000;

    private final String name;
    private Stats current;
    private @Nullable Stats previous;

    /** All that is kept. */
    record Kept(String name, Stats.Kept current, Stats.@Nullable Kept previous) {}

    Profile(String name, long now) {
        this.name = name;
        this.current = new Stats(day(now));
    }

    Profile(Kept kept) {
        name = kept.name();
        current = new Stats(kept.current());
        previous = kept.previous() == null ? null : new Stats(kept.previous());
    }

    Kept kept() {
        return new Kept(name, current.kept(), previous == null ? null : previous.kept());
    }

    private static long day(long at) {
        return at - Math.floorMod(at, DAY);
    }

    String name() {
        return name;
    }

    void add(Facts facts) {
        turn(facts.endedAt());
        current.add(facts);
    }

    private void turn(long now) {
        if (day(now) > current.since()) {
            previous = day(now) == current.since() + DAY ? current : null;
            current = new Stats(day(now));
        }
    }

    /** Both days together, as of now. */
    Stats stats(long now) {
        turn(now);
        return previous == null ? current : current.plus(previous);
    }
}
