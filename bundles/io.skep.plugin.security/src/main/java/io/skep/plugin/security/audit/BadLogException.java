// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.nio.file.Path;

/** Ends a verification at the first problem. */
final class BadLogException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Verification.Problem problem;

    BadLogException(Path file, long event, String words) {
        super(words);
        problem = new Verification.Problem(String.valueOf(file.getFileName()), event, words);
    }

    Verification.Problem problem() {
        return problem;
    }
}
