// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the plugin, PID {@code io.skep.plugin.hooks}. A change restarts it with what it keeps. */
@ObjectClassDefinition(
        name = "Skep: hooks",
        description = "What is done when something happens, and what that may cost")
public @interface Config {
    /** See the description. */
    @AttributeDefinition(
            name = "Hook files",
            description = "directory with YAML files; below the server's directory unless absolute; empty for none")
    String files() default "hooks";

    /** See the description. */
    @AttributeDefinition(
            name = "Programs of hooks",
            description = "directory of the programs that hooks may run; empty for none")
    String programs() default "hooks/programs";

    /** See the description. */
    @AttributeDefinition(
            name = "Secrets of hooks",
            description = "directory of the files whose content signs what webhooks send; empty for none")
    String secrets() default "hooks/secrets";

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two looks, in milliseconds",
            description = "at the hook files",
            min = "100",
            max = "60000")
    int look_millis() default 1_000;

    /** See the description. */
    @AttributeDefinition(name = "Hooks", description = "at most, those of files included", min = "1", max = "100")
    int max_hooks() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Programs at the same time",
            description = "that hooks run; others wait",
            min = "1",
            max = "32")
    int parallel_programs() default 4;

    /** See the description. */
    @AttributeDefinition(
            name = "Checks that have not ended",
            description = "of tasks that wait for a hook; with more, core asks again later",
            min = "1",
            max = "1000")
    int max_checks() default 300;

    /** See the description. */
    @AttributeDefinition(
            name = "Dead letters",
            description = "that are kept; a hook whose delivery fails while there are so many waits for room",
            min = "1",
            max = "5000")
    int max_dead_letters() default 1_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Pause between two notes of a cursor, in milliseconds",
            description = "what a hook got in that time may come again after a kill",
            min = "100",
            max = "60000")
    int cursor_millis() default 1_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Budget of a hook that holds tasks up, p95 in milliseconds",
            description = "that it may take in 95 of 100 cases",
            min = "1",
            max = "60000")
    int budget_p95_millis() default 5;

    /** See the description. */
    @AttributeDefinition(
            name = "Budget of a hook that holds tasks up, mean in milliseconds",
            description = "that it may take on average",
            min = "1",
            max = "60000")
    int budget_mean_millis() default 2;

    /** See the description. */
    @AttributeDefinition(
            name = "Over budget",
            description =
                    "what becomes of a hook that is: tell (an event), asynchronous or off; never of a critical one")
    String budget_policy() default "tell";

    /** See the description. */
    @AttributeDefinition(
            name = "Named operations",
            description = "of agents and plugins whose times are kept, at most",
            min = "1",
            max = "1000")
    int max_operations() default 200;

    /** See the description. */
    @AttributeDefinition(
            name = "Receiver of traces",
            description = "URL to which spans are sent by OTLP over HTTP, usually ending in /v1/traces; empty for none")
    String traces_endpoint() default "";

    /** See the description. */
    @AttributeDefinition(
            name = "Headers for the receiver of traces",
            description =
                    "file with one \"Name: value\" a line; below the server's directory unless absolute; empty for none")
    String traces_headers() default "";

    /** See the description. */
    @AttributeDefinition(name = "Service of traces", description = "by whose name the receiver knows this server")
    String traces_service() default "skep";

    /** See the description. */
    @AttributeDefinition(
            name = "Timeout of traces, in milliseconds",
            description = "of one request",
            min = "100",
            max = "60000")
    int traces_timeout_millis() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Plain HTTP",
            description = "where it may go: loopback (to this machine only) or any; else HTTPS is needed")
    String plain_http() default "loopback";
}
