// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

/** A phase of a swap failed; the message says why, for a person. */
final class SwapFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    SwapFailedException(String reason) {
        super(reason);
    }

    SwapFailedException(String reason, Throwable cause) {
        super(reason, cause);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
