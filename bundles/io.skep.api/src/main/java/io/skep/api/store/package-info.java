// SPDX-License-Identifier: Apache-2.0

/**
 * What a store implements: the log that is the truth, the projection that is searched, and the care of both. Start at
 * {@link io.skep.api.store.LogStore}.
 */
@Export
@NullMarked
@Version("1.2.0")
package io.skep.api.store;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
