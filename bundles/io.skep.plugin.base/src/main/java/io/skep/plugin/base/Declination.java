// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

/** A request that is not carried out; its message is the sentence that the caller gets. */
public final class Declination extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With that sentence. */
    public Declination(String sentence) {
        super(sentence, null, false, false);
    }
}
