// SPDX-License-Identifier: Apache-2.0

/** What plugins send to others over HTTP, and where they may. */
@NullMarked
package io.skep.plugin.base.webhook;

import org.jspecify.annotations.NullMarked;
