// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the plugin, PID {@code io.skep.plugin.sharedstate}. A change restarts it with what is kept. */
@ObjectClassDefinition(
        name = "Skep: shared state",
        description = "What agents share and how loaded they are and how far trees of tasks are")
public @interface Config {
    /** See the description. */
    @AttributeDefinition(name = "Tenants", description = "that have shared documents at most", min = "1", max = "5000")
    int tenants() default 200;

    /** See the description. */
    @AttributeDefinition(name = "Documents of a tenant", description = "at most", min = "1", max = "9000")
    int tenant_documents() default 2000;

    /** See the description. */
    @AttributeDefinition(
            name = "Characters of a tenant's documents",
            description = "together at most as JSON",
            min = "1024",
            max = "12582912")
    int tenant_chars() default 4_194_304;

    /** See the description. */
    @AttributeDefinition(name = "Characters of a document", description = "at most as JSON", min = "16", max = "200000")
    int value_chars() default 65_536;

    /** See the description. */
    @AttributeDefinition(
            name = "Deletions of a tenant",
            description = "that watchers can still learn of",
            min = "10",
            max = "5000")
    int tenant_deletions() default 500;

    /** See the description. */
    @AttributeDefinition(name = "Locks of a tenant", description = "at most", min = "1", max = "5000")
    int tenant_locks() default 500;

    /** See the description. */
    @AttributeDefinition(
            name = "Calls of a tenant",
            description = "that wait for those before them at most",
            min = "10",
            max = "100000")
    int tenant_waiting() default 5000;

    /** See the description. */
    @AttributeDefinition(
            name = "Watchers",
            description = "calls that wait for a change at most",
            min = "1",
            max = "10000")
    int watchers() default 500;

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two passes of moves, in seconds",
            description = "0 for none but those that are asked for",
            min = "0",
            max = "3600")
    int balance_seconds() default 0;

    /** See the description. */
    @AttributeDefinition(name = "Moves of one pass", description = "at most", min = "1", max = "1000")
    int move_most() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Age of an assignment, in milliseconds",
            description = "from which on it is taken back if its agent has not begun",
            min = "0",
            max = "3600000")
    int move_age_millis() default 1000;

    /** See the description. */
    @AttributeDefinition(
            name = "Odds, in percent",
            description =
                    "of those of the best agent that another one must have to get a task which routing has found an agent for",
            min = "1",
            max = "100")
    int move_odds_percent() default 50;

    /** See the description. */
    @AttributeDefinition(name = "Trees of tasks", description = "that are tracked at most", min = "1", max = "1000")
    int trees() default 200;

    /** See the description. */
    @AttributeDefinition(name = "Tasks of a tree", description = "that are tracked at most", min = "2", max = "1000")
    int tree_tasks() default 500;

    /** See the description. */
    @AttributeDefinition(
            name = "Tasks of all trees",
            description = "that are tracked at most",
            min = "10",
            max = "50000")
    int trees_tasks() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two writes of the trees, in milliseconds",
            description = "what happened since is read again from the events",
            min = "100",
            max = "60000")
    int keep_millis() default 5000;
}
