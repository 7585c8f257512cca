// SPDX-License-Identifier: Apache-2.0

/**
 * The smallest plugin: the capability {@code sample_echo} says again what it is told. Thread-safe, without state or
 * configuration.
 */
@NullMarked
package io.skep.itests.sampleplugin;

import org.jspecify.annotations.NullMarked;
