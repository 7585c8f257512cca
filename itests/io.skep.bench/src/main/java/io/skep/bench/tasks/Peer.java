// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The peer, where it can run. */
record Peer(@Nullable DbScheduler present) implements AutoCloseable {
    Optional<DbScheduler> scheduler() {
        return Optional.ofNullable(present);
    }

    String describe() throws IOException {
        return present == null ? "no peer" : "peer: " + present.describe();
    }

    @Override
    public void close() throws IOException {
        if (present != null) {
            present.close();
        }
    }
}
