// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.List;

/**
 * What the log says for one control.
 *
 * @param framework that has the control
 * @param control its id
 * @param asks what it asks, in short
 * @param status of the evidence
 * @param events that were found
 * @param words what was found, one sentence
 * @param sample numbers of some of these events, the first ones
 */
public record Finding(
        String framework, String control, String asks, Status status, long events, String words, List<Long> sample) {
    /** Copies the sample. */
    public Finding {
        sample = List.copyOf(sample);
    }

    /** Of the evidence; not of the organisation. */
    public enum Status {
        /** The log has the evidence. */
        PASS("pass"),
        /** The log has evidence of the contrary. */
        FAIL("fail"),
        /** The log does not tell. */
        NOT_ASSESSED("not assessed");

        private final String words;

        Status(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
