// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration, PID {@code io.skep.plugin.workflow}. A change is in force for the next call. */
@ObjectClassDefinition(
        name = "Skep: workflow",
        description = "Commands of one's own, and limits of quality gates and workflows")
@interface Config {
    @AttributeDefinition(
            name = "Commands of the project",
            description = "directory with Markdown files; below the server's directory unless absolute; empty for none")
    String project_commands() default "commands";

    @AttributeDefinition(
            name = "Commands of the user",
            description = "directory with Markdown files; ~ is the home of the server's user; empty for none")
    String user_commands() default "~/.skep/commands";

    @AttributeDefinition(name = "Command files", description = "of one directory, at most", min = "1", max = "10000")
    int max_files() default 500;

    @AttributeDefinition(name = "Command file, in bytes", description = "at most", min = "1024", max = "1048576")
    int max_file_bytes() default 65_536;

    @AttributeDefinition(name = "Folders in folders", description = "at most", min = "1", max = "16")
    int max_depth() default 4;

    @AttributeDefinition(
            name = "Programs of gates",
            description = "directory of the programs that gates may run; empty for none")
    String programs() default "";

    @AttributeDefinition(
            name = "Programs at the same time",
            description = "that gates run; others wait",
            min = "1",
            max = "32")
    int parallel_programs() default 2;

    @AttributeDefinition(
            name = "Evaluations that have not ended",
            description = "more are declined",
            min = "1",
            max = "300")
    int max_pending() default 200;

    @AttributeDefinition(
            name = "Evaluations that have ended",
            description = "and are remembered; the oldest go",
            min = "1",
            max = "300")
    int max_ended() default 200;

    @AttributeDefinition(name = "Gates", description = "at most", min = "1", max = "300")
    int max_gates() default 200;

    @AttributeDefinition(name = "Workflows", description = "at most", min = "1", max = "200")
    int max_workflows() default 50;

    @AttributeDefinition(
            name = "Runs of workflows that have not ended",
            description = "more are declined",
            min = "1",
            max = "200")
    int max_runs() default 100;

    @AttributeDefinition(
            name = "Runs of workflows that have ended",
            description = "and are remembered; the oldest go",
            min = "1",
            max = "200")
    int max_ended_runs() default 50;
}
