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
}
