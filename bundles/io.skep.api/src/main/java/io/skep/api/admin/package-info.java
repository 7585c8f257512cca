// SPDX-License-Identifier: Apache-2.0

/**
 * What operators and edges need of the server itself: access, readiness, plugins. Start at {@link
 * io.skep.api.admin.Server}.
 */
@Export
@NullMarked
@Version("1.2.0")
package io.skep.api.admin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
