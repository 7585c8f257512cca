// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.time.Duration;

/** Submits tasks one after the other, each with a key, until it is stopped. Every submission it began is seen to its end. */
final class Submitter implements Runnable {
    /** Every tenth task is for a program. */
    private static final int PROGRAMS = 10;

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final String name;
    private final SkepClient client;
    private final Ledger ledger;
    private final Persistent persistent;
    private volatile boolean stopped;

    Submitter(String name, SkepClient client, Ledger ledger) {
        this.name = name;
        this.client = client;
        this.ledger = ledger;
        this.persistent = new Persistent(ledger);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            for (int i = 0; !stopped; i++) {
                String key = name + "-" + i;
                ObjectNode task = task(i % PROGRAMS == 0 ? RecoveryBench.PROGRAM_SKILL : RecoveryBench.PULL_SKILL, i);
                // Not given up when stopped: a submission without an outcome could not be checked.
                persistent.call(() -> false, () -> client.submit(task, key)).ifPresent(answer -> note(key, answer));
                Poll.pause(PAUSE);
            }
        } catch (ProblemException e) {
            ledger.contradiction("a submission was refused: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String key, JsonNode answer) {
        String id = answer.path("id").asText();
        if (id.isEmpty()) {
            ledger.contradiction("the submission of key " + key + " was acknowledged by \"" + answer + "\"");
        } else {
            ledger.submitted(key, id);
        }
    }

    static ObjectNode task(String skill, int number) {
        ObjectNode task = SkepClient.object();
        task.put("description", "recovery " + number);
        task.withArray("skills").add(skill);
        task.putObject("input").put("number", number);
        // Many kills may hit one task; only endless retries show whether one is lost.
        task.putObject("retry")
                .put("maxAttempts", 100)
                .put("initialDelayMillis", 50)
                .put("maxDelayMillis", 500);
        return task;
    }
}
