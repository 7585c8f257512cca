// SPDX-License-Identifier: Apache-2.0

/**
 * Inputs and results that are too large to be part of a task: files, known by their hash. Start at {@link
 * io.skep.api.payload.PayloadService}.
 */
@Export
@NullMarked
@Version("1.0.0")
package io.skep.api.payload;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
