// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Agents that are told something, are given tasks, and have time to fall asleep in between. What gets no answer is said again
 * with its key when the server is back. For one thread at a time.
 */
final class SleepWork {
    static final List<String> AGENTS = List.of("nap-a", "nap-b", "nap-c");

    private static final Duration ASLEEP_SOON = Duration.ofSeconds(4);
    private static final int ITEMS = 20;
    private static final int PINNED_EACH = 10;
    private static final int PAGE = 1000;

    private final SkepClient client;
    private final Random random;
    private final Map<String, List<String>> said = new HashMap<>();
    private final Map<String, Set<String>> pinned = new HashMap<>();
    private int keys;

    SleepWork(SkepClient client, Random random) {
        this.client = client;
        this.random = random;
    }

    private static ObjectNode session(String agent) {
        return SkepClient.object().put("session", agent);
    }

    private CapabilityAnswer call(String capability, String operation, JsonNode data)
            throws IOException, InterruptedException {
        return client.call(CapabilityCall.of(capability, data).operation(operation));
    }

    private JsonNode ask(String capability, String operation, JsonNode data) throws IOException, InterruptedException {
        CapabilityAnswer answer = call(capability, operation, data);
        assertThat(answer.isAnswered()).as("%s %s: %s", operation, data, answer).isTrue();
        return answer.data();
    }

    /** Each agent gets a session, and sleeps when it has nothing to do. */
    void begin() throws IOException, InterruptedException {
        for (String agent : AGENTS) {
            ask("session_management", "open", session(agent).put("agent", agent));
            said.put(agent, new ArrayList<>());
            pinned.put(agent, new HashSet<>());
        }
        ObjectNode policy = SkepClient.object().put("name", "nap").put("idleMillis", 1000);
        policy.withArray("agents").add("nap-*");
        ask("sleep_wake_cycles", "policy", policy);
    }

    /** Goes on until the server is gone. */
    void live() throws InterruptedException {
        try {
            while (true) {
                for (String agent : AGENTS) {
                    say(agent);
                }
                String agent = AGENTS.get(random.nextInt(AGENTS.size()));
                done(agent);
                Poll.until(() -> "asleep".equals(states().get(agent)), ASLEEP_SOON, Instance.OFTEN);
            }
        } catch (ProblemException refused) {
            throw new AssertionError(refused);
        } catch (IOException gone) {
            // As it is to be.
        }
    }

    /** Appends items, and knows of them from before the call on: what is not answered is repeated before all else. */
    private void say(String agent) throws IOException, InterruptedException {
        List<String> texts = said.get(agent);
        int begin = texts.size();
        for (int i = 0; i < ITEMS; i++) {
            int number = begin + i;
            String text = number % PINNED_EACH == 0
                    ? "remember " + number + ": \u00e4\u4e2d\ud83d\ude00 " + random.nextLong()
                    : "the build has run again, and nothing in it is new " + number / 3;
            if (number % PINNED_EACH == 0) {
                pinned.get(agent).add(text);
            }
            texts.add(text);
        }
        repeat(agent);
    }

    /** Says the newest items, perhaps once more. */
    private void repeat(String agent) throws IOException, InterruptedException {
        List<String> texts = said.get(agent);
        if (texts.isEmpty()) {
            return;
        }
        int begin = texts.size() - ITEMS;
        ObjectNode data = session(agent).put("key", "from-" + begin);
        for (String text : texts.subList(begin, texts.size())) {
            data.withArray("items")
                    .addObject()
                    .put("text", text)
                    .put("pinned", pinned.get(agent).contains(text));
        }
        boolean answered = Poll.until(
                () -> call("session_management", "append", data).isAnswered(), Instance.SOON, Instance.OFTEN);
        assertThat(answered).as("append to the session of %s", agent).isTrue();
    }

    private void done(String agent) throws IOException, InterruptedException {
        ObjectNode task = SkepClient.object().put("description", "do it");
        task.withArray("skills").add(agent);
        String id = client.submit(task, "task-" + keys++).path("id").asText();
        JsonNode ended = client.task(id, Instance.SOON);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("completed");
    }

    /** In which state each agent is. */
    Map<String, String> states() throws IOException, InterruptedException {
        return client.agents().stream()
                .filter(agent -> AGENTS.contains(agent.path("id").asText()))
                .collect(Collectors.toMap(
                        agent -> agent.path("id").asText(),
                        agent -> agent.path("state").asText()));
    }

    /** After a start: no agent is stuck, each does a task. */
    void awaitAgents() throws IOException, InterruptedException {
        Instance.await("every agent is awake or asleep", () -> {
            Map<String, String> now = states();
            return now.size() == AGENTS.size() && Set.of("active", "asleep").containsAll(now.values());
        });
        for (String agent : AGENTS) {
            done(agent);
        }
    }

    /** Everything that was said is there once and in order, and what is pinned is in the context to the byte. */
    void check() throws IOException, InterruptedException {
        for (String agent : AGENTS) {
            repeat(agent);
            assertThat(texts(agent, true)).as("archive of %s", agent).isEqualTo(said.get(agent));
            assertThat(texts(agent, false)).as("context of %s", agent).containsAll(pinned.get(agent));
        }
        Instance.await(
                "every task has completed",
                () -> client.allTasks(Map.of()).stream()
                        .allMatch(task -> task.path("state").asText().equals("completed")));
    }

    private List<String> texts(String agent, boolean isArchive) throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        int from = 0;
        while (from >= 0) {
            ObjectNode data =
                    session(agent).put("from", from).put("limit", PAGE).put("archive", isArchive);
            JsonNode page = ask("session_management", "items", data);
            page.path("items").forEach(item -> texts.add(item.path("text").asText()));
            from = page.path("next").asInt(-1);
        }
        return texts;
    }
}
