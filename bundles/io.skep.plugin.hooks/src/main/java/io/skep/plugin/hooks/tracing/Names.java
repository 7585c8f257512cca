// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks.tracing;

/**
 * Names of spans and attributes. Those of OpenTelemetry are of its semantic conventions for generative AI, which are not
 * stable yet: a change of them is a change of this file. What Skep knows and they have no name for begins with {@code skep.}.
 */
final class Names {
    static final String SPAN_TASK = "task";
    static final String SPAN_WAIT = "wait";
    static final String SPAN_ROUTE = "route";
    static final String SPAN_REVIEW = "review";

    static final String OPERATION = "gen_ai.operation.name";
    static final String INVOKE_AGENT = "invoke_agent";
    static final String AGENT_ID = "gen_ai.agent.id";
    static final String ERROR_TYPE = "error.type";

    static final String TASK_ID = "skep.task.id";
    static final String TASK_NAME = "skep.task.name";
    static final String TASK_STATE = "skep.task.state";
    static final String TASK_PRIORITY = "skep.task.priority";
    static final String TASK_SKILLS = "skep.task.skills";
    static final String TASK_PARENT = "skep.task.parent";
    static final String TENANT = "skep.tenant";
    static final String ATTEMPTS = "skep.task.attempts";
    static final String ATTEMPT = "skep.attempt";
    static final String ATTEMPT_END = "skep.attempt.end";
    /** In and out together: agents do not tell them apart, as {@code gen_ai.usage.input_tokens} does. */
    static final String TOKENS = "skep.usage.tokens";

    static final String COST = "skep.usage.cost_micros";
    static final String SELECTED = "skep.selected";
    static final String SELECTION_AGENT = "skep.selection.agent";
    static final String SELECTION_DECISION = "skep.selection.decision";
    static final String SELECTION_REASONS = "skep.selection.reasons";
    static final String STARTED = "skep.started";

    private Names() {}
}
