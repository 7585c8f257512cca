// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.List;
import java.util.Map;

/**
 * Checked settings. Immutable.
 *
 * @param isProposing whether decisions are only told, unless an operator says otherwise
 * @param lookMillis pause between two looks
 * @param targets what is aimed at
 * @param effectMillis after how long the effect of a decision is looked at
 * @param orderMillis how long a scaler has to answer
 * @param ceiling of the cost of an hour of all groups, in micros; 0 for none
 * @param webhooks fleets elsewhere
 */
public record ScalingSettings(
        boolean isProposing,
        long lookMillis,
        Targets targets,
        long effectMillis,
        long orderMillis,
        long ceiling,
        List<WebhookFleet> webhooks) {
    private static final int PERCENT = 100;
    private static final int MINUTE = 60_000;
    private static final int HOUR = 3_600_000;

    /** The values of a configuration that says nothing. */
    public static final ScalingSettings DEFAULT = new ScalingSettings(
            false,
            1_000,
            new Targets(10_000, 0.75, MINUTE, 300_000, 5_000, MINUTE, PERCENT, 4, 50, 30),
            MINUTE,
            MINUTE,
            0,
            List.of());

    /** Checks nothing; {@link #of} does. */
    public ScalingSettings {
        webhooks = List.copyOf(webhooks);
    }

    /**
     * Checks a configuration.
     *
     * @param properties the same with what no annotation can name: {@code scaling.webhook.NAME.*}
     * @throws IllegalArgumentException if a value is out of its limits; it names the property
     */
    public static ScalingSettings of(ScalingConfig config, Map<String, ?> properties) {
        if (!List.of("act", "propose").contains(config.scaling_mode())) {
            throw new IllegalArgumentException("scaling.mode must be act or propose, not " + config.scaling_mode());
        }
        if (!List.of("loopback", "any").contains(config.scaling_plain_http())) {
            throw new IllegalArgumentException(
                    "scaling.plain.http must be loopback or any, not " + config.scaling_plain_http());
        }
        Targets targets = new Targets(
                within("scaling.target.age.millis", config.scaling_target_age_millis(), 100, HOUR),
                within("scaling.target.utilisation.percent", config.scaling_target_utilisation_percent(), 1, PERCENT)
                        / (double) PERCENT,
                within("scaling.forecast.millis", config.scaling_forecast_millis(), 1_000, HOUR),
                within("scaling.stable.millis", config.scaling_stable_millis(), 1_000, HOUR),
                within("scaling.cooldown.out.millis", config.scaling_cooldown_out_millis(), 0, HOUR),
                within("scaling.cooldown.in.millis", config.scaling_cooldown_in_millis(), 0, HOUR),
                (int) within("scaling.step.out.percent", config.scaling_step_out_percent(), 1, 1_000),
                (int) within("scaling.step.out.least", config.scaling_step_out_least(), 1, 1_000),
                (int) within("scaling.step.in.percent", config.scaling_step_in_percent(), 1, PERCENT),
                (int) within("scaling.starts.per.minute", config.scaling_starts_per_minute(), 1, 1_000));
        return new ScalingSettings(
                config.scaling_mode().equals("propose"),
                within("scaling.look.millis", config.scaling_look_millis(), 100, MINUTE),
                targets,
                within("scaling.effect.millis", config.scaling_effect_millis(), 1_000, HOUR),
                within("scaling.order.millis", config.scaling_order_millis(), 1_000, 10L * MINUTE),
                within("scaling.cost.ceiling.micros", config.scaling_cost_ceiling_micros(), 0, Long.MAX_VALUE),
                WebhookFleet.all(
                        config.scaling_webhooks(), config.scaling_plain_http().equals("any"), properties));
    }

    static long within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
