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

    public ScalingSettings {
        webhooks = List.copyOf(webhooks);
    }

    /**
     * Checks a configuration.
     *
     * @param properties the same with what no annotation can name: {@code webhook.NAME.*}
     * @throws IllegalArgumentException if a value is out of its limits; it names the property
     */
    public static ScalingSettings of(ScalingConfig config, Map<String, ?> properties) {
        if (!List.of("act", "propose").contains(config.mode())) {
            throw new IllegalArgumentException("mode must be act or propose, not " + config.mode());
        }
        Targets targets = new Targets(
                within("target.age.millis", config.target_age_millis(), 100, HOUR),
                within("target.utilisation.percent", config.target_utilisation_percent(), 1, PERCENT)
                        / (double) PERCENT,
                within("forecast.millis", config.forecast_millis(), 1_000, HOUR),
                within("stable.millis", config.stable_millis(), 1_000, HOUR),
                within("cooldown.out.millis", config.cooldown_out_millis(), 0, HOUR),
                within("cooldown.in.millis", config.cooldown_in_millis(), 0, HOUR),
                (int) within("step.out.percent", config.step_out_percent(), 1, 1_000),
                (int) within("step.out.least", config.step_out_least(), 1, 1_000),
                (int) within("step.in.percent", config.step_in_percent(), 1, PERCENT),
                (int) within("starts.per.minute", config.starts_per_minute(), 1, 1_000));
        return new ScalingSettings(
                config.mode().equals("propose"),
                within("look.millis", config.look_millis(), 100, MINUTE),
                targets,
                within("effect.millis", config.effect_millis(), 1_000, HOUR),
                within("order.millis", config.order_millis(), 1_000, 10L * MINUTE),
                within("cost.ceiling.micros", config.cost_ceiling_micros(), 0, Long.MAX_VALUE),
                WebhookFleet.all(config.webhooks(), properties));
    }

    static long within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }
}
