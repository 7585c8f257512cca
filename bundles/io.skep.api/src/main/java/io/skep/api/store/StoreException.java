// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

/** The store cannot do what was asked. Unless a subclass says otherwise, it has stopped and is not to be used again. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public StoreException(String message) {
        super(message);
    }

    /** With a sentence for the operator and what lies behind it. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
