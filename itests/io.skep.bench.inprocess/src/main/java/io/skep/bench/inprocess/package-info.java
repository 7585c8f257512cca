// SPDX-License-Identifier: Apache-2.0
/**
 * A plugin that only benchmarks install: it drives the orchestrator, and the bare store under it, inside the server's
 * own JVM. Start at {@link io.skep.bench.inprocess.BenchPlugin}. Its jobs and outcomes are also used by the process that
 * asks for them.
 */
@NullMarked
package io.skep.bench.inprocess;

import org.jspecify.annotations.NullMarked;
