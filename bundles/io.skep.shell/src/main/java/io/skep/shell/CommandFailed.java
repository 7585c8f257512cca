// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

/** Ends a command with one line for a person and a status other than zero. Has no stack trace: the line is all there is. */
final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailed(String message) {
        super(Printable.line(message), null, false, false);
    }
}
