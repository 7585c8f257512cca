// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the plugin, PID {@code io.skep.plugin.routing}. A change restarts it with what it has learned. */
@ObjectClassDefinition(name = "Skep: routing", description = "Which agent fits a task, and learning from outcomes")
public @interface Config {
    /** See the description. */
    @AttributeDefinition(
            name = "When nobody fits",
            description =
                    "reject, hold (queue without an agent until one comes that fits), ask (a human), or best (the one that "
                            + "comes closest all the same)")
    String none_policy() default "best";

    /** See the description. */
    @AttributeDefinition(
            name = "When nobody fits, in percent",
            description = "of probability that somebody does, below which nobody is taken; 0 for never",
            min = "0",
            max = "100")
    int none_below_percent() default 25;

    /** See the description. */
    @AttributeDefinition(
            name = "Exploration, in percent",
            description = "of decisions that may go to a less known agent instead of the best",
            min = "0",
            max = "50")
    int explore_percent() default 5;

    /** See the description. */
    @AttributeDefinition(
            name = "Half-life, in outcomes",
            description = "after so many outcomes what was learned counts half",
            min = "100",
            max = "1000000")
    int half_life() default 20_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Past tasks",
            description = "remembered; a new one takes the place of the oldest",
            min = "100",
            max = "100000")
    int memory_tasks() default 20_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Decisions without outcome",
            description = "waited for; the oldest is given up for a new one",
            min = "100",
            max = "100000")
    int pending_decisions() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Age of an outcome, in hours",
            description = "after its decision, up to which it is learned from",
            min = "1",
            max = "8760")
    int outcome_hours() default 168;

    /** See the description. */
    @AttributeDefinition(
            name = "Weight of load, in percent",
            description = "of a unit of score that an agent loses when all its slots are in use",
            min = "0",
            max = "1000")
    int load_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Weight of latency, in percent",
            description = "of a unit of score for each doubling beyond the typical time",
            min = "0",
            max = "1000")
    int latency_percent() default 10;

    /** See the description. */
    @AttributeDefinition(
            name = "Weight of cost, in percent",
            description = "of a unit of score for each doubling beyond the typical cost",
            min = "0",
            max = "1000")
    int cost_percent() default 0;
}
