// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

/**
 * What the engine is made of.
 *
 * @param readers runs reads of the store, and snapshots
 * @param connectors runs calls of connectors, in order
 * @param router ranks agents for tasks
 * @param checker checks tasks on their way
 * @param sleeper keeps what agents know while they sleep
 */
public record Parts(
        LogStore log,
        Projection projection,
        Clock clock,
        RandomGenerator random,
        Executor readers,
        ExecutorService connectors,
        Router router,
        Checker checker,
        Sleeper sleeper) {}
