// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityCall;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two agents are told something, fall asleep for want of work, and one of them is asked: it wakes, and answers from what it
 * was told. What is shown is counted from outside: the processes of this machine, and the agents over HTTP.
 */
final class SleepDemo {
    /** The word on the command line of every program of these agents. */
    static final String MARK = "skep-demo-sleeper";

    private static final Map<String, String> SKILLS = Map.of("ada", "colours", "bob", "cities");
    private static final Duration START_DEADLINE = Duration.ofMinutes(2);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final long IDLE_MILLIS = 2000;

    private final SkepServer server;
    private final Board board;
    private final List<String> problems = new ArrayList<>();

    SleepDemo(SkepServer server, Board board) {
        this.server = server;
        this.board = board;
    }

    /** Whether all went as it should. */
    boolean perform() throws IOException, InterruptedException {
        if (server.isReady()) {
            board.say("the server of an earlier demo is there: " + server.uri());
        } else {
            board.say("the server is ready after " + Board.seconds(server.start(START_DEADLINE)) + ": " + server.uri());
        }
        SkepClient client = server.client();
        install();
        if (!Poll.until(() -> areAll(client, "active", "asleep"), DEADLINE, LOOK)) {
            board.say("the agents did not come");
            return false;
        }
        ask(client, "colours", "remember the door is green");
        ask(client, "cities", "remember the office is in Bern");
        board.say("ada and bob were told something; " + programs() + " programs run for them");
        policy(client);
        check(Poll.until(() -> areAll(client, "asleep"), DEADLINE, LOOK), "not both fell asleep");
        for (String agent : List.of("ada", "bob")) {
            JsonNode its = client.agent(agent);
            board.say(agent + " is " + its.path("state").asText() + ": "
                    + its.path("cause").asText());
        }
        board.say(programs() + " programs run for them");
        check(programs() == 0, "a program runs for an agent that sleeps");
        question(client);
        check(Poll.until(() -> areAll(client, "asleep"), DEADLINE, LOOK), "ada did not fall asleep again");
        board.say("nobody has anything to do: both sleep, " + programs() + " programs run for them");
        problems.forEach(problem -> board.print("not as expected: " + problem));
        return problems.isEmpty();
    }

    private void install() throws IOException {
        Path work = server.karaf().resolve("work").resolve("memory");
        Files.createDirectories(work);
        Crew.copy("agents/memory.sh", work.resolve("memory.sh"));
        for (String agent : SKILLS.keySet()) {
            String name = "io.skep.agent.process-" + agent + ".cfg";
            Crew.copy("etc/" + name, server.karaf().resolve("etc").resolve(name));
        }
    }

    private void question(SkepClient client) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        JsonNode task = submit(client, "colours", "which colour?");
        JsonNode ended = client.task(task.path("id").asText(), DEADLINE);
        board.say("asked for a colour, "
                + ended.path("attempts").path(0).path("agent").asText() + " woke and said \""
                + ended.path("result").asText() + "\" after "
                + Board.seconds(Duration.ofNanos(System.nanoTime() - begun))
                + "; bob is " + client.agent("bob").path("state").asText());
        check(ended.path("result").asText().equals("the door is green"), "it has forgotten: " + ended);
        check(client.agent("bob").path("state").asText().equals("asleep"), "the wrong one woke");
    }

    private void policy(SkepClient client) throws IOException, InterruptedException {
        ObjectNode policy = SkepClient.object().put("name", "demo").put("idleMillis", IDLE_MILLIS);
        SKILLS.keySet().forEach(policy.withArray("agents")::add);
        JsonNode said = client.call(
                        CapabilityCall.of("sleep_wake_cycles", policy).operation("policy"))
                .data();
        board.say("policy: who is idle for " + IDLE_MILLIS + " ms sleeps " + said);
    }

    private static JsonNode submit(SkepClient client, String skill, String text)
            throws IOException, InterruptedException {
        ObjectNode task = SkepClient.object().put("description", text);
        task.withArray("skills").add(skill);
        return client.submit(task);
    }

    private void ask(SkepClient client, String skill, String text) throws IOException, InterruptedException {
        JsonNode ended = client.task(submit(client, skill, text).path("id").asText(), DEADLINE);
        check(ended.path("state").asText().equals("completed"), text + ": " + ended);
    }

    private static boolean areAll(SkepClient client, String... states) throws IOException, InterruptedException {
        List<String> now = client.agents().stream()
                .filter(agent -> SKILLS.containsKey(agent.path("id").asText()))
                .map(agent -> agent.path("state").asText())
                .toList();
        return now.size() == SKILLS.size() && List.of(states).containsAll(now);
    }

    /** As ps shows them. */
    static int programs() {
        return (int) ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(MARK))
                .count();
    }

    private void check(boolean isSo, String problem) {
        if (!isSo) {
            problems.add(problem);
        }
    }
}
