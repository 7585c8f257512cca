// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentConnector;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls connectors of other bundles, in order, on a thread of its own, so that one that misbehaves delays other
 * connectors but never the engine or an answer.
 */
final class Connectors {
    private static final Logger LOG = LoggerFactory.getLogger(Connectors.class);

    private final ExecutorService executor;

    Connectors(ExecutorService executor) {
        this.executor = executor;
    }

    void call(AgentConnector connector, Consumer<AgentConnector> word) {
        try {
            executor.execute(() -> say(connector, word));
        } catch (RejectedExecutionException stopping) {
            LOG.debug("not said, the server stops: {}", connector, stopping);
        }
    }

    // A connector is code of another bundle: whatever it throws, linkage errors of a bundle that goes away included,
    // must
    // not end the thread that serves the others.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static void say(AgentConnector connector, Consumer<AgentConnector> word) {
        try {
            word.accept(connector);
        } catch (Exception | LinkageError | StackOverflowError broken) {
            LOG.error("connector {} broke its promise", connector, broken);
        }
    }
}
