// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

/** A certificate and its key cannot serve; the message says why in one line. */
final class BadKeysException extends Exception {
    private static final long serialVersionUID = 1L;

    BadKeysException(String message) {
        super(message);
    }

    BadKeysException(String message, Throwable cause) {
        super(message + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()), cause);
    }
}
