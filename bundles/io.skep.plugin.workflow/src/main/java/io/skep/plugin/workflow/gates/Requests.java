// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code quality_gates} is asked. */
public final class Requests {
    private static final String ID = "[A-Za-z0-9._-]{1,100}";

    private Requests() {}

    /**
     * What is to be judged by what, now.
     *
     * @param gate the name of a gate; or null, and {@code checks} are there
     * @param checks as a gate has them
     * @param combine goes with {@code checks}
     * @param minScore goes with {@code checks}
     * @param task whose result; or null, and {@code result} is there
     * @param result any JSON
     * @param stage before: what the task asks for is judged, not its result
     */
    public record Evaluate(
            @Nullable String gate,
            @Nullable List<CheckSpec> checks,
            @Nullable String combine,
            @Nullable Double minScore,
            @Nullable String task,
            @Nullable JsonNode result,
            @Nullable String stage) {
        /** Checks what is there. */
        public Evaluate {
            Inputs.name("gate", gate);
            checks = checks == null ? null : Inputs.list("checks", checks, GateSpec.MAX_CHECKS);
            Inputs.text("task", task, 128);
            Inputs.oneOf("stage", stage, GateSpec.STAGES);
            if ((gate == null) == (checks == null)) {
                throw new Declination("either field \"gate\" or field \"checks\" must be there");
            }
            if ((task == null) == (result == null)) {
                throw new Declination("either field \"task\" or field \"result\" must be there");
            }
            if (gate != null && (combine != null || minScore != null)) {
                throw new Declination("fields \"combine\" and \"minScore\" go with \"checks\"");
            }
        }
    }

    /**
     * A task at a stage, by all gates that are for it.
     *
     * @param result what it is about to end with; the result that it has if absent
     */
    public record Check(
            @Nullable String task,
            @Nullable String stage,
            @Nullable JsonNode result) {
        /** Checks what is there. */
        public Check {
            Inputs.text("task", task, 128);
            Inputs.oneOf("stage", stage, GateSpec.STAGES);
        }
    }

    /** An evaluation. */
    public record ById(@Nullable String id) {
        /** Checks what is there. */
        public ById {
            checkId(id);
        }
    }

    /**
     * A decision.
     *
     * @param check which human check; all that wait if absent
     * @param by who decides, as the caller says
     */
    public record Decide(
            @Nullable String id,
            @Nullable String check,
            @Nullable String by,
            @Nullable String comment) {
        /** Checks what is there. */
        public Decide {
            checkId(id);
            Inputs.name("check", check);
            Inputs.text("by", by, 128);
            Inputs.text("comment", comment, 1000);
        }
    }

    /** Nothing more. */
    public record Nothing() {}

    /** A gate by name. */
    public record ByName(@Nullable String name) {
        /** Checks what is there. */
        public ByName {
            Inputs.name("name", name);
        }
    }

    /**
     * A gate over what has been.
     *
     * @param gate the name of a gate; or null, and {@code checks} are there
     * @param tenant whose tasks; all if absent
     * @param text that the task's name or description contains
     * @param limit how many tasks that completed last, 50 if absent
     */
    public record Backtest(
            @Nullable String gate,
            @Nullable List<CheckSpec> checks,
            @Nullable String combine,
            @Nullable Double minScore,
            @Nullable String tenant,
            @Nullable String text,
            @Nullable Integer limit) {
        /** Checks what is there. */
        public Backtest {
            Inputs.name("gate", gate);
            checks = checks == null ? null : Inputs.list("checks", checks, GateSpec.MAX_CHECKS);
            Inputs.text("tenant", tenant, 64);
            Inputs.text("text", text, 200);
            Inputs.range("limit", limit, 1, 500);
            if ((gate == null) == (checks == null)) {
                throw new Declination("either field \"gate\" or field \"checks\" must be there");
            }
            if (gate != null && (combine != null || minScore != null)) {
                throw new Declination("fields \"combine\" and \"minScore\" go with \"checks\"");
            }
        }
    }

    private static void checkId(@Nullable String id) {
        if (id != null && !id.matches(ID)) {
            throw new Declination("field \"id\" is no id of an evaluation");
        }
    }
}
