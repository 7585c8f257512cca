// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants to do. Whose the resource is, core looks up by its id where it can.
 *
 * @param action a verb of the policy's vocabulary, for instance {@code cancel}
 * @param type of the resource, for instance {@code task}
 * @param id of the resource, or null for the type as a whole
 * @param isNarrowable whether the request can be carried out for one tenant, or for what is the caller's own, alone: then one
 *     who may do no more is let in too, confined to that ({@link Caller#tenant()}, {@link Caller#isOwnOnly()}), and whoever
 *     carries it out keeps to it
 */
public record Intent(String action, String type, @Nullable String id, boolean isNarrowable) {
    public Intent {
        Objects.requireNonNull(action);
        Objects.requireNonNull(type);
    }

    /** On a type as a whole, in every tenant. */
    public static Intent to(String action, String type) {
        return new Intent(action, type, null, false);
    }
}
