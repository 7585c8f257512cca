// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt of a hook ended. Immutable.
 *
 * @param state {@value #PASSED}, {@value #VETOED} or {@value #FAILED}: it could not be done, or gave no answer
 * @param reason in words; empty for none
 * @param amend what it would add to the task, or null
 */
record Outcome(String state, String reason, @Nullable JsonNode amend) {
    static final String PASSED = "passed";
    static final String VETOED = "vetoed";
    static final String FAILED = "failed";

    static Outcome passed(String reason) {
        return new Outcome(PASSED, EventNames.shown(reason), null);
    }

    static Outcome vetoed(String reason) {
        return new Outcome(VETOED, reason.isBlank() ? "it gave no reason" : EventNames.shown(reason), null);
    }

    static Outcome failed(String reason) {
        return new Outcome(FAILED, EventNames.shown(reason), null);
    }

    boolean isPassed() {
        return state.equals(PASSED);
    }

    boolean isVetoed() {
        return state.equals(VETOED);
    }

    boolean isFailed() {
        return state.equals(FAILED);
    }

    /**
     * What a hook says before something: {@code {"verdict": "pass" | "veto", "reason", "amend"}}; what has none of these
     * is no objection.
     */
    static Outcome said(String text, Codec codec) {
        JsonNode said;
        try {
            said = codec.tree("the answer", text);
        } catch (Declination words) {
            return passed(text);
        }
        String verdict = said.path("verdict").asText("pass");
        String reason = said.path("reason").asText(said.path("feedback").asText(""));
        return switch (verdict) {
            case "pass", "none" -> new Outcome(PASSED, EventNames.shown(reason), said.get("amend"));
            case "veto", "fail" -> vetoed(reason);
            default -> failed("it says the verdict " + verdict + ", which is none");
        };
    }
}
