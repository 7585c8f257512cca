// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Configuration, PID {@code io.skep.plugin.security}. A change is in force for the next call, but for the directories, which
 * hold until the next start. Issuers are further properties, see {@link IssuerReader}.
 */
@ObjectClassDefinition(name = "Skep: security", description = "Who comes in, and the record of what was done")
@interface Config {
    @AttributeDefinition(
            name = "Directory",
            description = "of the audit log and its keys; empty for the folder security in the store's directory")
    String directory() default "";

    @AttributeDefinition(
            name = "Directory of checkpoints",
            description =
                    "where signed checkpoints of the audit log go; empty for the folder checkpoints in the directory")
    String checkpoints() default "";

    @AttributeDefinition(
            name = "Witnesses",
            description =
                    "further directories, with a comma between two, that get a copy of each signed checkpoint; 8 at most")
    String witnesses() default "";

    @AttributeDefinition(
            name = "Audit, in days",
            description = "after which a segment of the audit log is removed",
            min = "1",
            max = "36500")
    int retention_days() default 400;

    @AttributeDefinition(
            name = "Persons",
            description = "about whom there may be events, at most",
            min = "1",
            max = "10000000")
    int max_persons() default 100_000;

    @AttributeDefinition(
            name = "Calls a second",
            description = "of one caller, in the long run",
            min = "1",
            max = "1000000")
    int caller_rate() default 10_000;

    @AttributeDefinition(name = "Calls at once", description = "of one caller", min = "1", max = "1000000")
    int caller_burst() default 20_000;

    @AttributeDefinition(
            name = "Unknown tokens a second",
            description = "from one address, in the long run",
            min = "1",
            max = "1000000")
    int address_rate() default 50;

    @AttributeDefinition(name = "Unknown tokens at once", description = "from one address", min = "1", max = "1000000")
    int address_burst() default 500;

    @AttributeDefinition(
            name = "Failures that cost nothing",
            description = "of one address or client; each further one locks it out for twice as long",
            min = "0",
            max = "1000")
    int free_failures() default 5;

    @AttributeDefinition(
            name = "Longest lock-out, in seconds",
            description = "after failures",
            min = "1",
            max = "86400")
    int lockout_seconds() default 900;

    @AttributeDefinition(
            name = "Tokens in memory",
            description = "that were verified; others are verified again",
            min = "0",
            max = "1000000")
    int cached_tokens() default 10_000;

    @AttributeDefinition(
            name = "Life of our tokens, in minutes",
            description = "that clients get for their secrets",
            min = "1",
            max = "60")
    int token_minutes() default 10;
}
