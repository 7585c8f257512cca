// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration of core, PID {@code io.skep.core}. A change takes effect with the next start of the server. */
@ObjectClassDefinition(name = "Skep: core", description = "Limits and times of the orchestrator")
public @interface CoreConfig {
    /** See the description. */
    @AttributeDefinition(
            name = "Who decides who comes in",
            description =
                    "local: core's own tokens, for calls that come in by a loopback address, while all others need the plugin"
                            + " security; required: every call needs it",
            options = {@Option(label = "local", value = "local"), @Option(label = "required", value = "required")})
    String auth() default "local";

    /** See the description. */
    @AttributeDefinition(
            name = "Tasks that have not ended",
            description = "over all; more are refused as busy",
            min = "1",
            max = "10000000")
    int max_live_tasks() default 1_000_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Payload in memory, in characters",
            description =
                    "inputs and results kept in memory; ended tasks beyond it are read from disk, and at twice as "
                            + "much submissions are refused as busy",
            min = "1000000")
    long max_payload_chars() default 256L << 20;

    /** See the description. */
    @AttributeDefinition(
            name = "Ended tasks in memory",
            description = "older ones are read from disk",
            min = "16",
            max = "10000000")
    int retained_tasks() default 20_000;

    /** See the description. */
    @AttributeDefinition(
            name = "History, in days",
            description = "after its end a task is listed and found no more; 0 for never",
            min = "0",
            max = "36500")
    int history_days() default 30;

    /** See the description. */
    @AttributeDefinition(name = "Agents", description = "registered at once", min = "1", max = "1000000")
    int max_agents() default 20_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Waits",
            description = "claims that wait for a task; as many may wait for the end of a task, and for events",
            min = "1",
            max = "1000000")
    int max_waits() default 20_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Commands in the mailbox",
            description = "waiting for their turn; more are refused as busy",
            min = "16",
            max = "10000000")
    int max_mailbox() default 65_536;

    /** See the description. */
    @AttributeDefinition(
            name = "Lag of the projection, in records",
            description = "beyond which submissions are refused as busy",
            min = "1000")
    long max_projection_lag() default 2_000_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Records between snapshots",
            description = "of one shard, at least; fewer make a restart faster and work slower",
            min = "10",
            max = "10000000")
    int snapshot_records() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Events retained, in records",
            description = "for readers that resume",
            min = "0",
            max = "100000000")
    int retained_events() default 100_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Grace after a restart, in milliseconds",
            description = "in which agents and attempts are given to be heard of",
            min = "0",
            max = "3600000")
    long restart_grace_millis() default 30_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Unknown skills are refused",
            description = "a task that asks for a skill which no registered agent has is refused; else it waits")
    boolean unknown_skills_refused() default true;

    /** See the description. */
    @AttributeDefinition(name = "Depth of a tree of tasks", description = "at most", min = "1", max = "1000")
    int max_depth() default 32;

    /** See the description. */
    @AttributeDefinition(name = "Children of a task", description = "that have not ended, at most", min = "1")
    int max_children() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Rounds of a cycle of agents",
            description = "that hand the same work to each other, after which the tree is stopped",
            min = "2",
            max = "100")
    int max_cycles() default 3;

    /** See the description. */
    @AttributeDefinition(
            name = "Ageing, in milliseconds",
            description =
                    "that a task must wait to come before new ones of the next higher priority of its tenant; 0 for never",
            min = "0",
            max = "86400000")
    long ageing_millis() default 600_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Share of the backlog, in percent",
            description =
                    "of the assignments that go to whichever task waits longest, whatever its priority and tenant",
            min = "0",
            max = "50")
    int backlog_percent() default 10;

    /** See the description. */
    @AttributeDefinition(
            name = "Weights of tenants",
            description = "each as TENANT=WEIGHT, from 1 to 1000; a tenant that is not named has 1")
    String[] tenant_weights() default {};

    /** See the description. */
    @AttributeDefinition(
            name = "Rankings under way",
            description = "tasks that are compared with the agents at once; more wait",
            min = "1",
            max = "10000")
    int routing_calls() default 64;

    /** See the description. */
    @AttributeDefinition(
            name = "Tasks that wait to be ranked",
            description =
                    "a task that names skills is ranked too while fewer than so many wait for it; 0 for never: it goes to the"
                            + " least loaded agent that has them",
            min = "0",
            max = "10000000")
    int routing_waiting() default 0;

    /** See the description. */
    @AttributeDefinition(
            name = "As good as the chosen one, in percent",
            description =
                    "of its odds of success: up to twice better or worse is 200, and such agents share the work by load",
            min = "100",
            max = "100000")
    int routing_tie_odds_percent() default 200;

    /** See the description. */
    @AttributeDefinition(
            name = "Given up to start sooner, in percent",
            description =
                    "how many times better the odds of success of the chosen agent may be, 400 is four times, than those of"
                            + " one that gets the task when the chosen one has no free slot for a while",
            min = "100",
            max = "100000")
    int routing_loss_odds_percent() default 400;

    /** See the description. */
    @AttributeDefinition(
            name = "Patience, in milliseconds",
            description = "with which a task waits for the agent that fits best; longer the longer it has waited",
            min = "10",
            max = "3600000")
    long routing_patience_millis() default 2_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Checks under way",
            description = "questions of checkpoints at once, before starts and of results each; more wait",
            min = "1",
            max = "10000")
    int checks_calls() default 64;

    /** See the description. */
    @AttributeDefinition(
            name = "Results sent back",
            description = "of one task at most; a gate may say less",
            min = "0",
            max = "100")
    int checks_rounds() default 5;

    /** See the description. */
    @AttributeDefinition(
            name = "Questions asked again",
            description = "how often a checkpoint is asked that gives no answer in time, before it is passed over",
            min = "1",
            max = "100")
    int checks_tries() default 3;

    /** See the description. */
    @AttributeDefinition(
            name = "Mandatory checks",
            description =
                    "ids of capabilities, for instance quality_gates: while nobody offers one of them, no task starts and no"
                            + " result counts, and one that gives no answer is asked again; what is not named is passed over"
                            + " with a remark")
    String[] checks_mandatory() default {};

    /** See the description. */
    @AttributeDefinition(
            name = "Falling asleep, in milliseconds",
            description = "that an agent may take to end what it has and to be prepared; else it stays awake",
            min = "100",
            max = "86400000")
    long sleep_prepare_millis() default 300_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Confirming sleep, in milliseconds",
            description = "in which an agent that claims its tasks must say that it sleeps; else it stays awake",
            min = "100",
            max = "3600000")
    long sleep_confirm_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Waking, in milliseconds",
            description = "in which a woken agent must be back; else it is lost, or unknown if a connector drives it",
            min = "100",
            max = "3600000")
    long sleep_wake_millis() default 60_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Largest payload, in bytes",
            description = "an input or result that is kept as a file; a larger one is refused",
            min = "1024",
            max = "1073741824")
    long payload_max_bytes() default 64L << 20;

    /** See the description. */
    @AttributeDefinition(
            name = "All payloads together, in bytes",
            description = "more are refused as by a full disk; 0 for no limit",
            min = "0")
    long payload_total_bytes() default 0;

    /** See the description. */
    @AttributeDefinition(
            name = "Left free by payloads, in bytes",
            description =
                    "on the disk of the store; more than the store's min.free.bytes, so that tasks are still taken when"
                            + " payloads are refused",
            min = "0")
    long payload_min_free_bytes() default 128L << 20;

    /** See the description. */
    @AttributeDefinition(
            name = "Grace of a payload without a task, in milliseconds",
            description =
                    "since it came or a task last began to refer to it, after which it goes when no task refers to it",
            min = "1000",
            max = "31536000000")
    long payload_orphan_millis() default 3_600_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Threads of a plugin",
            description = "that one version of it may use at once; what needs more waits",
            min = "1",
            max = "64")
    int plugin_threads() default 8;

    /** See the description. */
    @AttributeDefinition(
            name = "Threads of callers in plugins",
            description = "that may ask whether a request is let in right there; more have it asked on threads of core",
            min = "0",
            max = "64")
    int plugin_caller_threads() default 8;

    /** See the description. */
    @AttributeDefinition(
            name = "Calls that wait for a thread",
            description = "of one plugin; more are answered as gone",
            min = "1",
            max = "1000000")
    int plugin_queue() default 10_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Calls that wait for a provider",
            description = "of one plugin, while it is replaced; more are answered as gone",
            min = "0",
            max = "1000000")
    int park_calls() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Wait for a provider, in milliseconds",
            description = "of one call, at most",
            min = "0",
            max = "60000")
    long park_millis() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Drain beside a new version, in milliseconds",
            description =
                    "given to an old generation for its calls in flight; at least the four seconds that a call may take",
            min = "4000",
            max = "600000")
    long drain_millis() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Drain in place, in milliseconds",
            description = "for which the removal of a plugin is held up, at least, while it has calls in flight",
            min = "0",
            max = "4000")
    long unbind_drain_millis() default 2_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Phase of an upgrade, in milliseconds",
            description = "that starting, getting ready and the first word on its health may take, each",
            min = "100",
            max = "600000")
    long phase_millis() default 30_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Failures for a quarantine",
            description = "within ten seconds, at least",
            min = "1",
            max = "1000")
    int quarantine_failures() default 5;

    /** See the description. */
    @AttributeDefinition(
            name = "Share of failures for a quarantine",
            description = "of the calls since the first of these failures",
            min = "1",
            max = "100")
    int quarantine_failure_percent() default 50;

    /** See the description. */
    @AttributeDefinition(
            name = "Share of slow calls for a quarantine",
            description = "of calls that take more than four fifths of their timeout",
            min = "1",
            max = "100")
    int quarantine_slow_percent() default 80;

    /** See the description. */
    @AttributeDefinition(
            name = "Time to a probe, in milliseconds",
            description = "after which a quarantined plugin is tried again; doubled each time up to a minute",
            min = "100",
            max = "60000")
    long probe_millis() default 5_000;

    /** See the description. */
    @AttributeDefinition(
            name = "Calls to warm up",
            description = "a new version, with its own examples",
            min = "0",
            max = "100000")
    int warmup_calls() default 500;

    /** See the description. */
    @AttributeDefinition(
            name = "Traced tasks, of a thousand",
            description = "of those that begin a trace; what is submitted within one, or by an agent, follows that",
            min = "0",
            max = "1000")
    int traced_permille() default 1_000;
}
