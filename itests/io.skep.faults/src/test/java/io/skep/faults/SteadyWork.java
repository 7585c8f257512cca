// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A light load: tasks that keep coming, and for each plugin somebody who asks for its capabilities in turn. */
final class SteadyWork implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(100);
    private static final int MAX_NOTED = 20;

    private final SkepClient client;
    private final List<String> tasks = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> answered = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile String away = "";
    private volatile boolean stopped;

    /** What is done again and again. */
    private interface Step {
        void run(int round) throws IOException, InterruptedException;
    }

    private SteadyWork(SkepClient client) {
        this.client = client;
    }

    static SteadyWork begin(SkepClient client, List<Probe> probes) {
        SteadyWork work = new SteadyWork(client);
        work.repeat("tasks", work::submit);
        NinePlugins.ALL.forEach((plugin, offered) -> {
            List<Probe> its = probes.stream()
                    .filter(probe -> !probe.lags())
                    .filter(probe -> offered.capabilities().contains(probe.capability()))
                    .toList();
            work.answered.put(plugin, new AtomicInteger());
            work.repeat(plugin, round -> work.ask(plugin, its.get(round % its.size())));
        });
        return work;
    }

    private void repeat(String name, Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        for (int round = 0; !stopped; round++) {
                            step.run(round);
                            Poll.pause(BETWEEN);
                        }
                    } catch (IOException | ProblemException e) {
                        failed(name, e.toString());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "steady-" + name);
        threads.add(thread);
        thread.start();
    }

    /** Every third is for whoever fits best, by its words. */
    private void submit(int round) throws IOException, InterruptedException {
        ObjectNode task = SkepClient.object().put("description", "Validate the ledger of the month, part " + round);
        if (round % 3 != 0) {
            task.withArray("skills").add("validation");
        }
        tasks.add(client.submit(task).path("id").asText());
    }

    private void ask(String plugin, Probe probe) throws IOException, InterruptedException {
        boolean wasAway = away.equals(plugin);
        CapabilityAnswer answer = probe.ask(client);
        if (probe.isGood(answer)) {
            answered.get(plugin).incrementAndGet();
        } else if (!wasAway && !away.equals(plugin)) {
            failed(plugin, probe.capability() + ": " + answer.status() + ' ' + answer.body());
        }
    }

    private void failed(String who, String what) {
        if (failures.size() < MAX_NOTED) {
            failures.add(Instant.now() + " " + who + ": " + what);
        }
    }

    /** From now on calls of this plugin may fail, and of no other; nobody's for an empty name. */
    void mayMiss(String plugin) {
        away = plugin;
    }

    /** Waits until every plugin but one (or none, for an empty name) has answered again, and another task was submitted. */
    void awaitAnswers(String but) throws IOException, InterruptedException {
        int submitted = tasks.size();
        Map<String, Integer> before = new ConcurrentHashMap<>();
        answered.forEach((plugin, count) -> before.put(plugin, count.get()));
        Instance.await(
                "everybody but \"" + but + "\" answers; " + failures,
                () -> tasks.size() > submitted
                        && answered.entrySet().stream()
                                .allMatch(entry -> entry.getKey().equals(but)
                                        || entry.getValue().get() > before.get(entry.getKey())));
    }

    /** Ends; fails if a call failed that could not, or a task does not complete. */
    void assertAllWell() throws IOException, InterruptedException {
        close();
        assertThat(failures).isEmpty();
        assertThat(tasks).isNotEmpty();
        for (String id : tasks) {
            JsonNode task = client.task(id, Instance.SOON);
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
            assertThat(task.path("result").isObject()).as(task.toString()).isTrue();
            assertThat(task.path("attempts")).as(task.toString()).hasSize(1);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
