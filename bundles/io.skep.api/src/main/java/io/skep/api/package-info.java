// SPDX-License-Identifier: Apache-2.0

/**
 * Values shared by the other api packages: refusals, pages and programs.
 */
@Export
@NullMarked
@Version("1.0.0")
package io.skep.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
