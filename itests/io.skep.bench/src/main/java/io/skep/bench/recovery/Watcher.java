// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.load.EventTail;
import io.skep.client.SkepClient;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Follows the server's events through every restart, and notes pull agents that are said to be lost. */
final class Watcher {
    private final Ledger ledger;
    private final Set<String> healthy = ConcurrentHashMap.newKeySet();
    private final EventTail tail;

    Watcher(SkepClient client, Ledger ledger) {
        this.ledger = ledger;
        this.tail = new EventTail(client, "start", this::happened, ledger::contradiction);
    }

    void start() {
        tail.begin();
    }

    /** From now on this agent is well. */
    void expectHealthy(String agent) {
        healthy.add(agent);
    }

    /** From now on it may be silent, because it is stopped on purpose. */
    void expectSilence(String agent) {
        healthy.remove(agent);
    }

    /** How many events have come. */
    long seen() {
        return tail.seen();
    }

    void stop() {
        tail.end();
    }

    private void happened(JsonNode event) {
        String subject = event.path("subject").asText();
        if (event.path("type").asText().equals("agent.lost") && healthy.contains(subject)) {
            ledger.falseLoss("event agent.lost for " + subject + ": "
                    + event.path("cause").asText());
        }
    }
}
