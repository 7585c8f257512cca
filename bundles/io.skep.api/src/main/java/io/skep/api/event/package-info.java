// SPDX-License-Identifier: Apache-2.0

/**
 * The one stream of everything that happened. Start at {@link io.skep.api.event.EventStream}.
 */
@Export
@NullMarked
@Version("1.0.0")
package io.skep.api.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
