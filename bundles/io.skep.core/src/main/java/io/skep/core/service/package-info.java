// SPDX-License-Identifier: Apache-2.0

/** The api services: each method is one command to the engine or one read of its state. */
@NullMarked
package io.skep.core.service;

import org.jspecify.annotations.NullMarked;
