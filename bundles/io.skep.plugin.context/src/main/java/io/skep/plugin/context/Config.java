// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the plugin, PID {@code io.skep.plugin.context}. A change restarts it with what is kept. */
@ObjectClassDefinition(name = "Skep: context", description = "What agents know, also while they sleep")
public @interface Config {
    /** See the description. */
    @AttributeDefinition(
            name = "Directory",
            description = "of sessions and their checkpoints; empty for the folder context in the store's directory")
    String directory() default "";

    /** See the description. */
    @AttributeDefinition(name = "Sessions", description = "at most", min = "1", max = "1000000")
    int sessions() default 20_000;

    /** See the description. */
    @AttributeDefinition(name = "Sessions of an agent", description = "at most", min = "1", max = "100000")
    int sessions_agent() default 1000;

    /** See the description. */
    @AttributeDefinition(
            name = "Items of a session",
            description = "ever appended at most",
            min = "1",
            max = "10000000")
    int session_items() default 2_000_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Megabytes of a session",
            description = "in its file at most",
            min = "1",
            max = "1000000")
    int session_megabytes() default 2048;

    /** See the description. */
    @AttributeDefinition(name = "Characters of an item", description = "at most", min = "1", max = "16777216")
    int item_chars() default 8_388_608;

    /** See the description. */
    @AttributeDefinition(
            name = "Days without a change",
            description = "after which a session is closed; 0 for never",
            min = "0",
            max = "36500")
    int idle_days() default 90;

    /** See the description. */
    @AttributeDefinition(
            name = "Days after the end",
            description = "after which a closed session is erased; 0 for never",
            min = "0",
            max = "36500")
    int retention_days() default 30;

    /** See the description. */
    @AttributeDefinition(name = "Checkpoints of a session", description = "that are kept", min = "1", max = "100")
    int checkpoints() default 3;

    /** See the description. */
    @AttributeDefinition(
            name = "Looks at who may sleep, in milliseconds",
            description = "between one and the next",
            min = "100",
            max = "3600000")
    int sleep_look_millis() default 5000;

    /** See the description. */
    @AttributeDefinition(name = "Policies of sleep", description = "at most", min = "1", max = "1000")
    int sleep_policies() default 100;

    /** See the description. */
    @AttributeDefinition(
            name = "Messages for an agent that sleeps",
            description = "kept until it sleeps again, at most",
            min = "1",
            max = "1000")
    int sleep_messages() default 100;

    /** See the description. */
    @AttributeDefinition(
            name = "Tokens from which on",
            description = "a context is consolidated by itself; 0 for never",
            min = "0",
            max = "1000000000")
    int consolidation_above_tokens() default 100_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Tokens after consolidation",
            description = "of a context at most",
            min = "1",
            max = "1000000000")
    int consolidation_tokens() default 50_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Percent after consolidation",
            description = "of the tokens that were ever appended, likewise; the lesser holds",
            min = "1",
            max = "100")
    int consolidation_percent() default 30;

    /** See the description. */
    @AttributeDefinition(name = "Tool results", description = "the newest, that stay whole", min = "0", max = "10000")
    int consolidation_tool_results() default 3;

    /** See the description. */
    @AttributeDefinition(name = "Recent items", description = "the newest, that go last", min = "0", max = "10000")
    int consolidation_recent_items() default 6;

    /** See the description. */
    @AttributeDefinition(
            name = "Percent of a core",
            description = "that consolidation takes at most",
            min = "1",
            max = "100")
    int consolidation_cpu_percent() default 25;

    /** See the description. */
    @AttributeDefinition(
            name = "Waiting",
            description = "sessions that wait to be consolidated, at most",
            min = "1",
            max = "1000000")
    int consolidation_waiting() default 1000;

    /** See the description. */
    @AttributeDefinition(
            name = "Skill of who summarises",
            description =
                    "agents that have it are asked to summarise what goes for want of room; empty: nobody is asked")
    String consolidation_summary_skill() default "";

    /** See the description. */
    @AttributeDefinition(name = "Tokens of a summary", description = "at most", min = "1", max = "100000")
    int consolidation_summary_tokens() default 500;

    /** See the description. */
    @AttributeDefinition(
            name = "Percent that a summary tells",
            description = "at least, of what an extract of its length would",
            min = "0",
            max = "1000")
    int consolidation_summary_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Items in the archive",
            description = "that can be found; the oldest are forgotten there",
            min = "1",
            max = "10000000")
    int archive_items() default 200_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Vectors in the archive",
            description = "items that can be found by their meaning",
            min = "0",
            max = "1000000")
    int archive_vectors() default 50_000;
}
