// SPDX-License-Identifier: Apache-2.0

/** agent.process. */
@NullMarked
package io.skep.agent.process;

import org.jspecify.annotations.NullMarked;
