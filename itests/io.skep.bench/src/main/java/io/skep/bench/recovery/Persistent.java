// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import io.skep.client.Poll;
import io.skep.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Calls until the outcome is known, as clients of a server that may go down must. */
final class Persistent {
    private static final Duration BACKOFF = Duration.ofMillis(25);

    /** A call that may be repeated. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws IOException, InterruptedException;
    }

    private final Ledger ledger;

    Persistent(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * The answer, or empty when it was given up because of {@code stop}.
     *
     * @throws ProblemException when the server refuses and repeating does not help
     */
    <T> Optional<T> call(BooleanSupplier stop, Call<T> call) throws InterruptedException {
        while (!stop.getAsBoolean()) {
            try {
                return Optional.of(call.run());
            } catch (IOException e) {
                // Unknown outcome, or nobody is there.
                Poll.pause(BACKOFF);
            } catch (ProblemException e) {
                if (!e.isRetryable()) {
                    throw e;
                }
                if (!e.isFromSkep()) {
                    ledger.foreignAnswer();
                }
                Poll.pause(BACKOFF);
            }
        }
        return Optional.empty();
    }
}
