// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code extended_thinking} is asked. */
public final class Requests {
    static final String BEFORE = "before";
    private static final int MAX_DESCRIPTION = 16_384;
    private static final int MAX_ID = 128;
    private static final String ID = "[A-Za-z0-9._-]{1,100}";

    private Requests() {}

    /**
     * Think about something now.
     *
     * @param task id of a task; or null
     * @param description in words, where there is no task
     * @param depth how deep; found out if absent
     * @param participants ids of the agents to ask; found if absent
     * @param timeoutSeconds how long they have; as configured for the depth if absent
     */
    public record Think(
            @Nullable String task,
            @Nullable String description,
            @Nullable String depth,
            @Nullable List<String> participants,
            @Nullable Long timeoutSeconds) {
        /** Checks what is there. */
        public Think {
            Inputs.text("task", task, MAX_ID);
            if (description != null && description.length() > MAX_DESCRIPTION) {
                throw new Declination("field \"description\" must have at most " + MAX_DESCRIPTION + " characters, not "
                        + description.length());
            }
            if (task != null && description != null) {
                throw new Declination("only one of the fields \"task\" and \"description\" may be there");
            }
            Inputs.oneOf("depth", depth, Depth.NAMES);
            participants = participants == null
                    ? null
                    : Inputs.texts("participants", participants, ThinkingSettings.MAX_PARTICIPANTS, MAX_ID);
            if (participants != null && participants.isEmpty()) {
                throw new Declination("field \"participants\" must name at least one agent");
            }
            Inputs.range("timeoutSeconds", timeoutSeconds, 1, ThinkingSettings.MAX_SECONDS);
        }
    }

    /** A thinking. */
    public record ById(@Nullable String id) {
        /** Checks what is there. */
        public ById {
            if (id != null && !id.matches(ID)) {
                throw new Declination("field \"id\" is no id of a thinking");
            }
        }
    }

    /**
     * A task that is about to start.
     *
     * @param stage before
     */
    public record Consider(@Nullable String task, @Nullable String stage) {
        /** Checks what is there. */
        public Consider {
            Inputs.text("task", task, MAX_ID);
            Inputs.oneOf("stage", stage, List.of(BEFORE));
        }
    }
}
