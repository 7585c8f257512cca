// SPDX-License-Identifier: Apache-2.0

/**
 * The smallest plugin with a state: the capability {@code sample_echo} says again what it is told, with its own version,
 * and counts in the store. Version and schema are those of the manifest ({@code Bundle-Version}, {@code
 * Skep-Sample-Schema}, 1 if absent), so that a copy of the jar with another manifest is a new version. Thread-safe,
 * without configuration.
 */
@NullMarked
package io.skep.itests.sampleplugin;

import org.jspecify.annotations.NullMarked;
