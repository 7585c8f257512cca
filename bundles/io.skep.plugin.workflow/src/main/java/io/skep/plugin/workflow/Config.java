// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration, PID {@code io.skep.plugin.workflow}. A change is in force for the next call. */
@ObjectClassDefinition(
        name = "Skep: workflow",
        description = "Commands of one's own, limits of quality gates and workflows, and thinking")
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
    int max_ended() default 150;

    @AttributeDefinition(
            name = "Result in a file, in bytes",
            description = "that gates read, at most; a larger one is not judged and does not pass",
            min = "1024",
            max = "16777216")
    int max_result_bytes() default 4_194_304;

    @AttributeDefinition(
            name = "Tasks that people judge",
            description = "of which is remembered what was judged last, to show what is different; the oldest go",
            min = "1",
            max = "200")
    int max_judged() default 80;

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

    @AttributeDefinition(
            name = "Thinking before tasks start",
            description = "of those that ask for it or are complex; on demand it is always possible")
    boolean thinking_enabled() default true;

    @AttributeDefinition(
            name = "Complexity, in percent",
            description = "from which a task is thought about that does not ask for it",
            min = "0",
            max = "100")
    int thinking_min_complexity() default 60;

    @AttributeDefinition(
            name = "Agents that think along",
            description = "at most, for standard, deep, collaborative and intensive")
    String thinking_participants() default "2/3/4/6";

    @AttributeDefinition(
            name = "Time to think, in seconds",
            description = "at most, for standard, deep, collaborative and intensive")
    String thinking_seconds() default "120/300/600/900";

    @AttributeDefinition(
            name = "Tokens to think with",
            description = "of all together, for standard, deep, collaborative and intensive; 0 for no limit of its own")
    String thinking_tokens() default "20000/60000/120000/240000";

    @AttributeDefinition(
            name = "Cost of thinking, in millionths of money",
            description = "of all together, for standard, deep, collaborative and intensive; 0 for no limit of its own")
    String thinking_cost_micros() default "0/0/0/0";

    @AttributeDefinition(
            name = "Thinkings that have not ended",
            description = "with more, tasks go on without",
            min = "1",
            max = "100")
    int thinking_max_pending() default 50;

    @AttributeDefinition(
            name = "Thinkings that have ended",
            description = "and are remembered; the oldest go",
            min = "1",
            max = "200")
    int thinking_max_ended() default 100;
}
