// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code workflows} is asked. */
public final class Requests {
    private static final String ID = "[A-Za-z0-9._-]{1,100}";
    private static final List<String> STATES =
            List.of(Run.RUNNING, "paused", Run.FAILING, Run.CANCELING, Run.COMPLETED, Run.FAILED, Run.CANCELED);

    private Requests() {}

    /**
     * A workflow that is to be begun.
     *
     * @param workflow the name of a template; or null, and {@code yaml} or {@code template} says it
     * @param version of the template, the newest if absent
     * @param yaml a workflow in YAML
     * @param template the same in JSON
     * @param input what the run is given; null if absent
     * @param idempotencyKey the same key never begins a second run while the first is remembered
     */
    public record Start(
            @Nullable String workflow,
            @Nullable Integer version,
            @Nullable String yaml,
            @Nullable TemplateSpec template,
            @Nullable JsonNode input,
            @Nullable String idempotencyKey) {
        /** Checks what is there. */
        public Start {
            Inputs.name("workflow", workflow);
            Inputs.range("version", version, 1, Integer.MAX_VALUE);
            Inputs.text("idempotencyKey", idempotencyKey, 256);
            if (Stream.of(workflow, yaml, template).filter(Objects::nonNull).count() != 1) {
                throw new Declination("one of fields \"workflow\", \"yaml\" and \"template\" must be there");
            } else if (version != null && workflow == null) {
                throw new Declination("field \"version\" goes with field \"workflow\"");
            }
        }
    }

    /** A workflow that is to be kept, in YAML or JSON. */
    public record Define(@Nullable String yaml, @Nullable TemplateSpec template) {
        /** Checks what is there. */
        public Define {
            if ((yaml == null) == (template == null)) {
                throw new Declination("either field \"yaml\" or field \"template\" must be there");
            }
        }
    }

    /** Nothing more. */
    public record Nothing() {}

    /** A workflow by name. */
    public record ByName(@Nullable String name) {
        /** Checks what is there. */
        public ByName {
            Inputs.name("name", name);
        }
    }

    /** A run. */
    public record ById(@Nullable String run) {
        /** Checks what is there. */
        public ById {
            checkId(run);
        }
    }

    /**
     * Which runs.
     *
     * @param limit 50 if absent
     */
    public record Listed(
            @Nullable String state,
            @Nullable String workflow,
            @Nullable Integer limit) {
        /** Checks what is there. */
        public Listed {
            Inputs.oneOf("state", state, STATES);
            Inputs.name("workflow", workflow);
            Inputs.range("limit", limit, 1, 400);
        }
    }

    /**
     * A run that is to be ended.
     *
     * @param compensate whether what was done is undone; yes if absent
     */
    public record Cancel(
            @Nullable String run,
            @Nullable String reason,
            @Nullable Boolean compensate) {
        /** Checks what is there. */
        public Cancel {
            checkId(run);
            Inputs.text("reason", reason, 300);
        }
    }

    /**
     * A run that is to be made once more.
     *
     * @param from the step that begins anew, besides those that did not complete; only these if absent
     */
    public record Rerun(@Nullable String run, @Nullable String from) {
        /** Checks what is there. */
        public Rerun {
            checkId(run);
            Inputs.text("from", from, 40);
        }
    }

    private static void checkId(@Nullable String run) {
        if (run != null && !run.matches(ID)) {
            throw new Declination("field \"run\" is no id of a run");
        }
    }
}
