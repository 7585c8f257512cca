// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of scaling, PID {@code io.skep.plugin.monitoring.scaling}. A change restarts the plugin. */
@ObjectClassDefinition(
        name = "Skep: scaling",
        pid = "io.skep.plugin.monitoring.scaling",
        description =
                "How many agents there are of a kind. Beside the properties below: scaling.webhook.NAME.url, .secret, "
                        + ".agents, .skills, .slots, .min, .max and .hour.cost.micros for each NAME in scaling.webhooks.")
public @interface ScalingConfig {
    /** See the description. */
    @AttributeDefinition(
            name = "Mode",
            description = "act, or propose: decisions are kept and told, and nothing is done")
    String scaling_mode() default "act";

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two looks, in milliseconds",
            description = "at queues and agents",
            min = "100",
            max = "60000")
    int scaling_look_millis() default 1_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Age of the oldest waiting task, in milliseconds",
            description = "that is aimed at",
            min = "100",
            max = "3600000")
    int scaling_target_age_millis() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Utilisation, in percent",
            description = "of the slots that is aimed at",
            min = "1",
            max = "100")
    int scaling_target_utilisation_percent() default 75;

    /** See the description. */
    @AttributeDefinition(
            name = "Forecast, in milliseconds",
            description = "how far ahead",
            min = "1000",
            max = "3600000")
    int scaling_forecast_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Stable window, in milliseconds",
            description = "in which fewer agents must have been enough before there are fewer",
            min = "1000",
            max = "3600000")
    int scaling_stable_millis() default 300_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Pause after agents were added, in milliseconds",
            description = "before more are",
            min = "0",
            max = "3600000")
    int scaling_cooldown_out_millis() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Pause after agents were taken away, in milliseconds",
            description = "before more are",
            min = "0",
            max = "3600000")
    int scaling_cooldown_in_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Step out, in percent",
            description = "of what there is that is added at once at most",
            min = "1",
            max = "1000")
    int scaling_step_out_percent() default 100;

    /** See the description. */
    @AttributeDefinition(
            name = "Least step out",
            description = "agents that may be added at once in any case",
            min = "1",
            max = "1000")
    int scaling_step_out_least() default 4;

    /** See the description. */
    @AttributeDefinition(
            name = "Step in, in percent",
            description = "of what there is that is taken away at once at most, but one in any case",
            min = "1",
            max = "100")
    int scaling_step_in_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Starts a minute",
            description = "agents that are added to a group at most",
            min = "1",
            max = "1000")
    int scaling_starts_per_minute() default 30;

    /** See the description. */
    @AttributeDefinition(
            name = "Effect, in milliseconds",
            description = "after which it is looked what came of a decision",
            min = "1000",
            max = "3600000")
    int scaling_effect_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Answer of a scaler, in milliseconds",
            description = "after which it is asked again",
            min = "1000",
            max = "600000")
    int scaling_order_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Cost ceiling, in millionths",
            description = "that all groups together may cost in an hour; 0 for none",
            min = "0")
    long scaling_cost_ceiling_micros() default 0;

    /** See the description. */
    @AttributeDefinition(
            name = "Webhooks",
            description = "names of fleets elsewhere, separated by commas",
            required = false)
    String scaling_webhooks() default "";

    /** See the description. */
    @AttributeDefinition(
            name = "Plain HTTP",
            description =
                    "where fleets may be told by it: loopback (on this machine only) or any; else HTTPS is needed")
    String scaling_plain_http() default "loopback";
}
