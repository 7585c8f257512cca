// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

/**
 * How a check ended. Immutable.
 *
 * @param state {@link CheckRun#PASSED}, {@link CheckRun#FAILED} or {@link CheckRun#ERRORED}
 * @param score 0 to 1
 * @param detail in words
 */
record Outcome(String state, double score, String detail) {
    private static final int MOST = 2000;

    Outcome {
        detail = detail.length() > MOST ? detail.substring(0, MOST - 1) + '…' : detail;
    }

    static Outcome passed(String detail) {
        return new Outcome(CheckRun.PASSED, 1, detail);
    }

    static Outcome failed(String detail) {
        return new Outcome(CheckRun.FAILED, 0, detail);
    }

    /** It could not be judged; never counts as passed. */
    static Outcome errored(String detail) {
        return new Outcome(CheckRun.ERRORED, 0, detail);
    }
}
