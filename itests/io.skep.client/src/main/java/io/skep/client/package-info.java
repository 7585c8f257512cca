// SPDX-License-Identifier: Apache-2.0
/**
 * What tests, the demo and the benchmarks use to talk to a server and to have one under control. Start at {@link
 * io.skep.client.SkepClient} and {@link io.skep.client.SkepServer}. Not part of the distribution.
 */
@NullMarked
package io.skep.client;

import org.jspecify.annotations.NullMarked;
