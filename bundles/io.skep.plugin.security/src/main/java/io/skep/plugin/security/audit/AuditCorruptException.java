// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;

/** The files of a log are not as it left them. It is not opened; somebody must look first. */
public final class AuditCorruptException extends IOException {
    private static final long serialVersionUID = 1L;

    AuditCorruptException(String message) {
        super(message);
    }
}
