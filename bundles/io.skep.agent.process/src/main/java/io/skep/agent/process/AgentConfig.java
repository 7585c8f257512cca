// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The properties that tools show. {@link SettingsReader} reads them, since a value that does not parse must be refused
 * by name and not converted; the skills' details and {@code env.NAME} have names that no annotation can hold.
 */
@ObjectClassDefinition(
        name = "Skep local program",
        description = "A local program as an agent. Beside the properties below: skill.ID.name, skill.ID.description, "
                + "skill.ID.tags (separated by commas) and skill.ID.examples (separated by |) for each ID in skills; "
                + "env.NAME for fixed environment variables.")
@interface AgentConfig {
    int SLOTS = 1;
    int MAX_SLOTS = 10_000;
    String ENVIRONMENT = "PATH,HOME,LANG,LC_ALL,TMPDIR,USER";
    long TIMEOUT_MILLIS = 600_000;
    long MAX_TIMEOUT_MILLIS = 2_592_000_000L;
    long OUTPUT_LIMIT_BYTES = 67_108_864;
    long KILL_GRACE_MILLIS = 500;
    long MAX_KILL_GRACE_MILLIS = 60_000;

    @AttributeDefinition(
            required = false,
            description = "The agent's id: letters, digits, dot, underscore and hyphen, at most 128. "
                    + "Default: NAME of io.skep.agent.process-NAME.cfg.")
    String id();

    @AttributeDefinition(required = false, description = "For people, at most 256 characters. Default: the id.")
    String name();

    @AttributeDefinition(required = false, description = "What it does, at most 4096 characters. Default: empty.")
    String description();

    @AttributeDefinition(required = false, description = "Of the agent, at most 64 characters. Default: 1.")
    String version() default "1";

    @AttributeDefinition(
            description =
                    "The command line, split into words by POSIX quoting; no shell unless it names one. Required.")
    String command();

    @AttributeDefinition(required = false, description = "Ids of its skills, separated by commas. Default: none.")
    String skills();

    @AttributeDefinition(required = false, description = "Programs at once, 1 to 10000.", min = "1", max = "10000")
    int slots() default SLOTS;

    @AttributeDefinition(
            required = false,
            description = "Working directory, which must exist. Default: work/ID in the instance, made when missing.")
    String directory();

    @AttributeDefinition(
            required = false,
            description = "Names of the server's environment variables that programs see, separated by commas.")
    String environment() default ENVIRONMENT;

    @AttributeDefinition(
            required = false,
            description =
                    "Milliseconds that one attempt may take, 1 to 30 days; the task's own limit holds if smaller.")
    long timeout_millis() default TIMEOUT_MILLIS;

    @AttributeDefinition(
            required = false,
            description = "Bytes of standard output that a result may have, 1 to 67108864; more is a failure.")
    long output_limit_bytes() default OUTPUT_LIMIT_BYTES;

    @AttributeDefinition(
            required = false,
            description = "Milliseconds between SIGTERM and SIGKILL when a program is ended, 0 to 60000.")
    long kill_grace_millis() default KILL_GRACE_MILLIS;

    @AttributeDefinition(
            required = false,
            description = "Exit codes worth another try, such as 1,75,128-255. Default: all but the permanent ones.")
    String retryable_exit_codes();

    @AttributeDefinition(required = false, description = "Exit codes that fail the task at once.")
    String permanent_exit_codes() default ExitCodes.PERMANENT;

    @AttributeDefinition(
            required = false,
            description =
                    "Fewest agents id-1, id-2, ... if the file stands for several, 0 to instances.max. Default: 1.")
    String instances_min();

    @AttributeDefinition(
            required = false,
            description = "Most agents id-1, id-2, ..., 1 to 1000; without it the file is one agent.")
    String instances_max();

    @AttributeDefinition(
            required = false,
            description = "What one of them costs in an hour, in millionths, 0 to 1000000000000.")
    long instances_hour_cost_micros() default 0;

    @AttributeDefinition(
            required = false,
            description = "Milliseconds in which one that is too many may end what it has, 0 to a day.")
    long instances_drain_millis() default Instances.DRAIN_MILLIS;
}
