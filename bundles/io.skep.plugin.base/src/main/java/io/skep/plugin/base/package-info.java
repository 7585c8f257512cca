// SPDX-License-Identifier: Apache-2.0

/**
 * What plugins have in common: JSON in and out, checks of inputs, and following the events. Not a bundle in any server:
 * each plugin has a private copy in its own bundle, so that it still exports and imports nothing of another.
 */
@NullMarked
package io.skep.plugin.base;

import org.jspecify.annotations.NullMarked;
