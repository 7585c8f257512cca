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
final class Sleepers {
    /** The word on the command line of every program of these agents. */
    static final String MARK = "skep-demo-sleeper";

    private static final Map<String, String> SKILLS = Map.of("ada", "colours", "bob", "cities");
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final long IDLE_MILLIS = 2000;

    private final SkepServer server;
    private final Board board;
    private final List<String> problems = new ArrayList<>();
    private String answer = "";
    private long wakeMillis;

    Sleepers(SkepServer server, Board board) {
        this.server = server;
        this.board = board;
    }

    /**
     * What came of it.
     *
     * @param answer what the agent that woke remembered
     * @param wakeMillis from the question to the answer
     * @param problems what was not as expected, one sentence each
     */
    record Result(String answer, long wakeMillis, List<String> problems) implements Part {
        Result {
            problems = List.copyOf(problems);
        }

        @Override
        public String line() {
            return "sleep: two agents fell asleep and their programs ended; asked for a colour, one woke and remembered \""
                    + answer + "\" after " + wakeMillis + " ms";
        }
    }

    Result run() throws IOException, InterruptedException {
        SkepClient client = server.client();
        install();
        if (!Poll.until(() -> areAll(client, "active", "asleep"), DEADLINE, LOOK)) {
            throw new IOException("The agents that sleep did not come");
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
        return new Result(answer, wakeMillis, problems);
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
        wakeMillis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        answer = ended.path("result").asText();
        board.say("asked for a colour, "
                + ended.path("attempts").path(0).path("agent").asText() + " woke and said \"" + answer + "\" after "
                + wakeMillis + " ms; bob is "
                + client.agent("bob").path("state").asText());
        check(answer.equals("the door is green"), "it has forgotten: " + ended);
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
