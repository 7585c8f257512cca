// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

/** Another holder has taken the shard since; the caller must forget it. Nothing was written. */
public final class FencedException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public FencedException(String message) {
        super(message);
    }
}
