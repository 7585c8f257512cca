// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

/**
 * What something was done to.
 *
 * @param type of the object, such as {@code task}
 * @param id of it; empty for the type as a whole. Of a {@link #PERSON} the log keeps a pseudonym instead
 */
public record Target(String type, String id) {
    /** The type of objects that are human beings. */
    public static final String PERSON = "person";

    boolean isPerson() {
        return type.equals(PERSON) && !id.isEmpty();
    }
}
