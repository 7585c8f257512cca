// SPDX-License-Identifier: Apache-2.0

/** How many tokens a text is to a language model. Start at {@link io.skep.plugin.context.tokens.TokenCounter}. */
@NullMarked
package io.skep.plugin.context.tokens;

import org.jspecify.annotations.NullMarked;
