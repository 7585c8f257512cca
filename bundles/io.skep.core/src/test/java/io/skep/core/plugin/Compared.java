// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import org.jspecify.annotations.Nullable;

/** A record that a test loads once more. Not only its own class is remembered: that of a component is, too. */
record Compared(@Nullable Compared value) {}
