// SPDX-License-Identifier: Apache-2.0
/**
 * Whether starts under load or kills ever empty or halve a configuration file. Start at {@link
 * io.skep.bench.configs.ConfigsBench}.
 */
@NullMarked
package io.skep.bench.configs;

import org.jspecify.annotations.NullMarked;
