// SPDX-License-Identifier: Apache-2.0

/** The words and sentences of texts. Start at {@link io.skep.plugin.context.words.Words}. */
@NullMarked
package io.skep.plugin.context.words;

import org.jspecify.annotations.NullMarked;
