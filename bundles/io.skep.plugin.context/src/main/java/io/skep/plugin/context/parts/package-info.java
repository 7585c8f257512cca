// SPDX-License-Identifier: Apache-2.0

/** What the parts of the plugin have in common. */
@NullMarked
package io.skep.plugin.context.parts;

import org.jspecify.annotations.NullMarked;
