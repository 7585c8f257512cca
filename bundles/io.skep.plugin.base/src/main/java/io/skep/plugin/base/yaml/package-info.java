// SPDX-License-Identifier: Apache-2.0

/** Reading YAML that is no more than JSON. */
@NullMarked
package io.skep.plugin.base.yaml;

import org.jspecify.annotations.NullMarked;
