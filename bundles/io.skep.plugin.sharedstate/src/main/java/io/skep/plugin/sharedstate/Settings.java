// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import io.skep.plugin.sharedstate.documents.Limits;
import io.skep.plugin.sharedstate.tracking.Tracking;
import java.time.Duration;

/**
 * The configuration, checked. Immutable.
 *
 * @param limits how much may be shared
 * @param tracking what is tracked at most
 * @param balance the pause between two passes of moves, zero for none but those that are asked for
 * @param mostMoves of one pass
 * @param moveAge how long an agent must have had something without beginning before it is taken back
 * @param moveOdds which share of the odds of the agent that fits best another one must have
 */
record Settings(
        Limits limits, Tracking.Settings tracking, Duration balance, int mostMoves, Duration moveAge, double moveOdds) {
    static final Settings DEFAULT =
            new Settings(Limits.DEFAULT, Tracking.Settings.DEFAULT, Duration.ZERO, 50, Duration.ofSeconds(1), 0.5);

    Settings {
        if (limits.valueChars() > limits.chars()) {
            throw new IllegalArgumentException("value.chars must be at most tenant.chars");
        }
        if (tracking.tasks() > tracking.inAll()) {
            throw new IllegalArgumentException("tree.tasks must be at most trees.tasks");
        }
    }

    static Settings of(Config config) {
        Limits limits = new Limits(
                within("tenants", config.tenants(), 1, 5000),
                within("tenant.documents", config.tenant_documents(), 1, 9000),
                within("tenant.chars", config.tenant_chars(), 1024, 12_582_912),
                within("value.chars", config.value_chars(), 16, 200_000),
                within("tenant.deletions", config.tenant_deletions(), 10, 5000),
                within("tenant.locks", config.tenant_locks(), 1, 5000),
                within("tenant.waiting", config.tenant_waiting(), 10, 100_000),
                within("watchers", config.watchers(), 1, 10_000));
        Tracking.Settings tracking = new Tracking.Settings(
                within("trees", config.trees(), 1, 1000),
                within("tree.tasks", config.tree_tasks(), 2, 1000),
                within("trees.tasks", config.trees_tasks(), 10, 50_000),
                Duration.ofMillis(within("keep.millis", config.keep_millis(), 100, 60_000)),
                Tracking.Settings.DEFAULT.catchUp());
        return new Settings(
                limits,
                tracking,
                Duration.ofSeconds(within("balance.seconds", config.balance_seconds(), 0, 3600)),
                within("move.most", config.move_most(), 1, 1000),
                Duration.ofMillis(within("move.age.millis", config.move_age_millis(), 0, 3_600_000)),
                within("move.odds.percent", config.move_odds_percent(), 1, 100) / 100.0);
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
