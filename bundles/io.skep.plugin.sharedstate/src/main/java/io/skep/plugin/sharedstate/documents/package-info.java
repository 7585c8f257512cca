// SPDX-License-Identifier: Apache-2.0

/**
 * Documents that agents share. {@link io.skep.plugin.sharedstate.documents.Documents} takes calls, those of one tenant one
 * group after the other; {@link io.skep.plugin.sharedstate.documents.Book} is what one group sees and changes, which core
 * makes durable as a whole if nobody else has changed anything of the tenant meanwhile, and is otherwise done again.
 */
@NullMarked
package io.skep.plugin.sharedstate.documents;

import org.jspecify.annotations.NullMarked;
