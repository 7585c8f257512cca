// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the plugin, PID {@code io.skep.plugin.loadbalancing}. A change restarts it with what it has learned. */
@ObjectClassDefinition(
        name = "Skep: load balancing",
        description = "How work is shared out among agents that can all do it")
public @interface Config {
    /** See the description. */
    @AttributeDefinition(
            name = "Strategy",
            description = "adaptive or one of roundrobin leastloaded weighted p2c prequal capability")
    String strategy() default "adaptive";

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two looks, in milliseconds",
            description = "at the agents, after which core is advised anew",
            min = "100",
            max = "10000")
    int look_millis() default 500;

    /** See the description. */
    @AttributeDefinition(
            name = "Advice holds, in milliseconds",
            description = "if no newer one comes; at least three looks",
            min = "1000",
            max = "60000")
    int advice_millis() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Failures in a row",
            description = "after which an agent is ejected",
            min = "2",
            max = "100")
    int eject_failures() default 5;

    /** See the description. */
    @AttributeDefinition(
            name = "Failures, in percent",
            description = "of the last twenty attempts from which on an agent is ejected",
            min = "10",
            max = "100")
    int eject_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "First ejection, in milliseconds",
            description = "doubled each time",
            min = "100",
            max = "600000")
    int eject_millis() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Longest ejection, in milliseconds",
            description = "however often it was ejected",
            min = "100",
            max = "3600000")
    int eject_most_millis() default 300_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Return, in milliseconds",
            description = "in which an agent that was ejected comes from a tenth of its work to all of it",
            min = "100",
            max = "600000")
    int return_millis() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Ejected at once, in percent",
            description = "of all agents at most",
            min = "1",
            max = "100")
    int eject_share_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Slow, in percent",
            description = "of the speed of the fleet below which an agent counts as slow",
            min = "1",
            max = "99")
    int slow_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Suspicion",
            description = "phi from which on a silent agent is suspected; 8 is once in 100 million beats by chance",
            min = "1",
            max = "100")
    int suspicion_phi() default 8;

    /** See the description. */
    @AttributeDefinition(
            name = "Actions a minute",
            description = "that change how many slots an agent is given at most",
            min = "1",
            max = "60")
    int optimize_per_minute() default 6;

    /** See the description. */
    @AttributeDefinition(
            name = "Measurement of an action, in milliseconds",
            description = "at most; what has not helped by then is undone",
            min = "1000",
            max = "3600000")
    int optimize_measure_millis() default 120_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Attempts",
            description = "without which nothing is done to an agent and nothing said of an action",
            min = "10",
            max = "1000")
    int optimize_attempts() default 20;

    /** See the description. */
    @AttributeDefinition(name = "Least slots", description = "that an action leaves an agent", min = "1", max = "10000")
    int optimize_least_slots() default 1;
}
