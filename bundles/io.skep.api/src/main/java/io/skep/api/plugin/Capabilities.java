// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.List;

/** The ids of the 27 capabilities of the nine plugins, and of what is offered beside them. */
public final class Capabilities {
    /** {@value}. */
    public static final String EXTENDED_THINKING = "extended_thinking";

    /** {@value}. */
    public static final String SLASH_COMMANDS = "slash_commands";

    /** {@value}. */
    public static final String QUALITY_GATES = "quality_gates";

    /** {@value}. */
    public static final String SEMANTIC_ROUTING = "semantic_routing";

    /** {@value}. */
    public static final String AGENT_PROFILING = "agent_profiling";

    /** {@value}. */
    public static final String PERFORMANCE_LEARNING = "performance_learning";

    /** {@value}. */
    public static final String OAUTH_AUTH = "oauth_auth";

    /** {@value}. */
    public static final String RBAC_ENFORCEMENT = "rbac_enforcement";

    /** {@value}. */
    public static final String AUDIT_LOGGING = "audit_logging";

    /** {@value}. */
    public static final String ATOMIC_UPDATES = "atomic_updates";

    /** {@value}. */
    public static final String REAL_TIME_BALANCING = "real_time_balancing";

    /** {@value}. */
    public static final String WORKFLOW_TRACKING = "workflow_tracking";

    /** {@value}. */
    public static final String AGENT_REQUESTS = "agent_requests";

    /** {@value}. */
    public static final String TASK_MAPPING = "task_mapping";

    /** {@value}. */
    public static final String WORKLOAD_ANALYSIS = "workload_analysis";

    /** {@value}. */
    public static final String REAL_TIME_MONITORING = "real_time_monitoring";

    /** {@value}. */
    public static final String TASK_PERFORMANCE = "task_performance";

    /** {@value}. */
    public static final String AUTO_SCALING = "auto_scaling";

    /** {@value}. */
    public static final String LIFECYCLE_HOOKS = "lifecycle_hooks";

    /** {@value}. */
    public static final String OBSERVABILITY = "observability";

    /** {@value}. */
    public static final String PERFORMANCE_HOOKS = "performance_hooks";

    /** {@value}. */
    public static final String SLEEP_WAKE_CYCLES = "sleep_wake_cycles";

    /** {@value}. */
    public static final String CONTEXT_CONSOLIDATION = "context_consolidation";

    /** {@value}. */
    public static final String SESSION_MANAGEMENT = "session_management";

    /** {@value}. */
    public static final String ADAPTIVE_BALANCING = "adaptive_balancing";

    /** {@value}. */
    public static final String CAPACITY_MANAGEMENT = "capacity_management";

    /** {@value}. */
    public static final String RESOURCE_OPTIMIZATION = "resource_optimization";

    /** All of them, in the order of the plan. */
    public static final List<String> ALL = List.of(
            EXTENDED_THINKING,
            SLASH_COMMANDS,
            QUALITY_GATES,
            SEMANTIC_ROUTING,
            AGENT_PROFILING,
            PERFORMANCE_LEARNING,
            OAUTH_AUTH,
            RBAC_ENFORCEMENT,
            AUDIT_LOGGING,
            ATOMIC_UPDATES,
            REAL_TIME_BALANCING,
            WORKFLOW_TRACKING,
            AGENT_REQUESTS,
            TASK_MAPPING,
            WORKLOAD_ANALYSIS,
            REAL_TIME_MONITORING,
            TASK_PERFORMANCE,
            AUTO_SCALING,
            LIFECYCLE_HOOKS,
            OBSERVABILITY,
            PERFORMANCE_HOOKS,
            SLEEP_WAKE_CYCLES,
            CONTEXT_CONSOLIDATION,
            SESSION_MANAGEMENT,
            ADAPTIVE_BALANCING,
            CAPACITY_MANAGEMENT,
            RESOURCE_OPTIMIZATION);

    /**
     * {@value}: not one of the 27, but an addition beside them that carries the plan's row "Workflow Event Processing",
     * for which the plan names no capability.
     */
    public static final String WORKFLOWS = "workflows";

    private Capabilities() {}
}
