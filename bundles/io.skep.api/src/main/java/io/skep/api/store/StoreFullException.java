// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

/** There is no space left. Nothing was written, and the store goes on when there is space again. */
public final class StoreFullException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public StoreFullException(String message) {
        super(message);
    }
}
