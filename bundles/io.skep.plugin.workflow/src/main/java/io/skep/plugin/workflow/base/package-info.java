// SPDX-License-Identifier: Apache-2.0

/** What all parts of the plugin share: JSON, checks of inputs, settings, threads. */
@NullMarked
package io.skep.plugin.workflow.base;

import org.jspecify.annotations.NullMarked;
