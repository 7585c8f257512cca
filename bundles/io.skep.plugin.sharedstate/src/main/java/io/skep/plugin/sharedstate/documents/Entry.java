// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A shared document as it is kept, or what is left of one that was deleted, so that watchers learn of that. Immutable.
 *
 * @param revision of the change that made it so
 * @param deleted whether it is gone
 * @param value what it says; null once it is gone
 * @param owner who made it
 * @param by who changed it last
 * @param at when, in milliseconds since 1970
 */
record Entry(long revision, boolean deleted, @Nullable JsonNode value, String owner, String by, long at) {}
