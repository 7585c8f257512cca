// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the plugin, PID {@code io.skep.plugin.monitoring}. A change restarts it with what it has kept. */
@ObjectClassDefinition(
        pid = "io.skep.plugin.monitoring", // Beside that of scaling, which no @Designate can say.
        name = "Skep: performance monitoring",
        description = "What happens in the server and its fleet, alerts, and how tasks do")
public @interface Config {
    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two looks, in milliseconds",
            description = "after which figures are new and alerts are decided",
            min = "100",
            max = "60000")
    int look_millis() default 1_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Tasks on their way",
            description = "that are timed at once at most; of more it is only counted that they were not",
            min = "1000",
            max = "1000000")
    int tasks_most() default 100_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Stuck, in milliseconds",
            description = "for which nothing is heard of a task that an agent holds or that is in review",
            min = "1000",
            max = "604800000")
    int stuck_millis() default 1_800_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two writes, in milliseconds",
            description = "of what was learned from events; alerts are kept at once",
            min = "1000",
            max = "600000")
    int keep_millis() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Names",
            description =
                    "of types, agents, skills and tenants that are told apart, each, and pairs of versions; what was not heard of for longest is forgotten",
            min = "10",
            max = "120")
    int names_most() default 100;

    /** See the description. */
    @AttributeDefinition(
            name = "Objectives",
            description =
                    "over 30 days, with spaces between: start:PERCENT:MILLIS, run:PERCENT:MILLIS, success:PERCENT")
    String objectives() default "start:99:60000";

    /** See the description. */
    @AttributeDefinition(
            name = "Queue age, in milliseconds",
            description = "that the oldest task of a queue may have; alert queue-age",
            min = "1000",
            max = "604800000")
    int queue_age_millis() default 300_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Queue age for, in milliseconds",
            description = "for which it may be exceeded",
            min = "0",
            max = "86400000")
    int queue_for_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(name = "Anomalies", description = "whether they are told as an alert")
    boolean anomaly_alert() default false;

    /** See the description. */
    @AttributeDefinition(
            name = "Repeat, in milliseconds",
            description = "after which what fires still and was not acknowledged is delivered again",
            min = "60000",
            max = "604800000")
    int repeat_millis() default 14_400_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Webhook",
            description = "to which alerts are delivered: https://…, or http:// on this machine; empty for none")
    String webhook_url() default "";

    /** See the description. */
    @AttributeDefinition(
            name = "Timeout of the webhook, in milliseconds",
            description = "for one attempt",
            min = "100",
            max = "60000")
    int webhook_timeout_millis() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Attempts",
            description = "at one delivery, 1, 2, 4 … s and at most 5 min apart; then it is dead",
            min = "1",
            max = "100")
    int webhook_attempts() default 12;

    /** See the description. */
    @AttributeDefinition(
            name = "Deliveries that wait",
            description = "at most; of more the oldest is given up",
            min = "1",
            max = "5000")
    int webhook_pending() default 1_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Plain HTTP",
            description = "where deliveries may go by it: loopback (to this machine only) or any; else HTTPS is needed")
    String plain_http() default "loopback";

    /** See the description. */
    @AttributeDefinition(
            name = "Results of benchmarks",
            description =
                    "directory in which ./skep bench keeps them; below the server's directory unless absolute; empty for none")
    String benchmarks() default "../bench-results";
}
