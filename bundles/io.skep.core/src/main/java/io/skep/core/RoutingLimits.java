// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.engine.RoutingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads {@link RoutingSettings} from core's configuration. */
final class RoutingLimits {
    private static final RoutingSettings DEFAULT = RoutingSettings.DEFAULT;
    private static final Limit CALLS = new Limit("routing.calls", 1, 10_000);
    private static final Limit WAITING = new Limit("routing.waiting", 0, 10_000_000);
    private static final Limit TIE_ODDS_PERCENT = new Limit("routing.tie.odds.percent", 100, 100_000);
    private static final Limit LOSS_ODDS_PERCENT = new Limit("routing.loss.odds.percent", 100, 100_000);
    private static final Limit PATIENCE_MILLIS = new Limit("routing.patience.millis", 10, 3_600_000);

    private RoutingLimits() {}

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the property
     */
    static void check(RoutingSettings routing) {
        CALLS.check(routing.calls());
        WAITING.check(routing.waiting());
        TIE_ODDS_PERCENT.check(percent(routing.tieOdds()));
        LOSS_ODDS_PERCENT.check(percent(routing.lossOdds()));
        PATIENCE_MILLIS.check(routing.patience().toMillis());
    }

    /** The settings; the default stands for what is wrong, of which {@code wrong} is given a sentence each. */
    static RoutingSettings of(CoreConfig config, List<String> wrong) {
        return new RoutingSettings(
                CALLS.read(config::routing_calls, DEFAULT.calls(), wrong),
                WAITING.read(config::routing_waiting, DEFAULT.waiting(), wrong),
                TIE_ODDS_PERCENT.read(config::routing_tie_odds_percent, percent(DEFAULT.tieOdds()), wrong) / 100.0,
                LOSS_ODDS_PERCENT.read(config::routing_loss_odds_percent, percent(DEFAULT.lossOdds()), wrong) / 100.0,
                Duration.ofMillis(PATIENCE_MILLIS.read(
                        config::routing_patience_millis, DEFAULT.patience().toMillis(), wrong)));
    }

    /** Every property with its value. */
    static void properties(RoutingSettings routing, Map<String, Object> into) {
        into.put(CALLS.property(), routing.calls());
        into.put(WAITING.property(), routing.waiting());
        into.put(TIE_ODDS_PERCENT.property(), percent(routing.tieOdds()));
        into.put(LOSS_ODDS_PERCENT.property(), percent(routing.lossOdds()));
        into.put(PATIENCE_MILLIS.property(), routing.patience().toMillis());
    }

    private static int percent(double odds) {
        return (int) Math.round(odds * 100);
    }
}
