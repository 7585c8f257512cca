// SPDX-License-Identifier: Apache-2.0

/**
 * Closeness in meaning. Start at {@link io.skep.api.embedding.Embedder}.
 */
@Export
@NullMarked
@Version("1.0.0")
package io.skep.api.embedding;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
