// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;

/**
 * Calls the sample plugin one call after the other, through every restart. Whichever version has answered is durably the
 * one that serves, so none before it may answer again. A thread of its own; its counts are for any thread.
 */
final class PluginCaller {
    private static final Duration BETWEEN = Duration.ofMillis(20);
    private static final CapabilityCall CALL =
            CapabilityCall.of("sample_echo", SkepClient.object().put("text", "recovery"));

    private final SkepClient client;
    private final Ledger ledger;
    private final Thread thread = new Thread(this::call, "bench-plugin-calls");
    private volatile boolean stopped;
    private volatile int newest;
    private volatile int answered;

    PluginCaller(SkepClient client, Ledger ledger) {
        this.client = client;
        this.ledger = ledger;
    }

    void begin() {
        thread.start();
    }

    void end() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    /** The number of the newest version that has answered. */
    int newest() {
        return newest;
    }

    int answered() {
        return answered;
    }

    private void call() {
        int count = 0;
        try {
            while (!stopped) {
                try {
                    CapabilityAnswer answer = client.call(CALL);
                    if (answer.isAnswered()) {
                        check(answer);
                        answered = ++count;
                    }
                } catch (IOException | ProblemException e) {
                    // Nobody is there, or not yet: that is judged by what happens to tasks.
                    Poll.pause(BETWEEN);
                }
                Poll.pause(BETWEEN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(CapabilityAnswer answer) {
        String said = answer.data().path("version").asText();
        int number = SwapAudit.number(said);
        if (!said.equals(answer.version())) {
            ledger.wrongVersion("version " + said + " answered in the name of " + answer.version());
        } else if (number < newest) {
            ledger.wrongVersion("version " + said + " answered after " + SwapAudit.version(newest));
        }
        newest = Math.max(newest, number);
    }
}
