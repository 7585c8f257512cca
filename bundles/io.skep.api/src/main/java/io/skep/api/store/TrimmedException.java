// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

/** The records asked for are no longer there. */
public final class TrimmedException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public TrimmedException(String message) {
        super(message);
    }
}
