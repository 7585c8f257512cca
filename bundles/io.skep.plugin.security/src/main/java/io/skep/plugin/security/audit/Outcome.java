// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.Locale;

/** How what an event tells of ended. */
public enum Outcome {
    /** It was done. */
    SUCCESS(1, 1),
    /** It was tried and failed. */
    FAILURE(2, 2),
    /** It was not allowed. */
    DENIED(2, 3);

    /** OCSF's {@code status_id}: 1 success, 2 failure. */
    final int status;
    /** OCSF's {@code severity_id}: 1 informational, 2 low, 3 medium. */
    final int severity;

    Outcome(int status, int severity) {
        this.status = status;
        this.severity = severity;
    }

    /** Its name in events and queries, in small letters. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
