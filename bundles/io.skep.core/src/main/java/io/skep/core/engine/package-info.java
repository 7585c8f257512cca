// SPDX-License-Identifier: Apache-2.0

/** The one thread that decides, the log that makes it durable, and what happens after: answers, events, projection. */
@NullMarked
package io.skep.core.engine;

import org.jspecify.annotations.NullMarked;
