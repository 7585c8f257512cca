// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A burst of tasks, for which agents appear and go again: a group of one to twelve, of which ten may be paid for. What is
 * shown is counted from outside: the processes of this machine, and the agents and tasks over HTTP.
 */
final class Burst {
    /** The word on the command line of every program of the group. */
    static final String MARK = "skep-demo-burst";

    private static final String GROUP = "process:burst";
    private static final int TASKS = 500;
    private static final int AFFORDABLE = 10;
    private static final int SLOTS = 4;
    private static final long TARGET_MILLIS = 40_000;
    private static final Duration GROUP_DEADLINE = Duration.ofSeconds(30);
    private static final Duration WORK_DEADLINE = Duration.ofMinutes(3);
    private static final Duration END_DEADLINE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final SkepServer server;
    private final Board board;

    private int agents;
    private int mostAgents;
    private int mostPrograms;
    private long worstMillis;
    private int completed;
    private boolean isIdle;

    Burst(SkepServer server, Board board) {
        this.server = server;
        this.board = board;
    }

    /**
     * What came of it.
     *
     * @param completed how many tasks were completed
     * @param mostAgents how many agents there were at once
     * @param mostPrograms how many programs there were at once
     * @param worstMillis the longest that a task waited
     * @param agents how many there are in the end
     * @param programs how many there are in the end
     */
    record Result(int completed, int mostAgents, int mostPrograms, long worstMillis, int agents, int programs)
            implements Part {
        @Override
        public String line() {
            return "scaling: 1 -> " + mostAgents + " -> " + agents + " agents for " + completed + " of " + TASKS
                    + " tasks at once, with up to " + mostPrograms + " programs; the oldest waited for "
                    + Board.seconds(Duration.ofMillis(worstMillis)) + " of "
                    + Board.seconds(Duration.ofMillis(TARGET_MILLIS));
        }

        @Override
        public List<String> problems() {
            List<String> problems = new ArrayList<>();
            check(completed >= TASKS, completed + " of " + TASKS + " tasks completed", problems);
            check(mostPrograms > 2 * SLOTS, "there were no more programs than two agents run", problems);
            check(mostAgents <= AFFORDABLE, "more agents than may be paid for: " + mostAgents, problems);
            check(worstMillis <= TARGET_MILLIS, "a task waited for " + worstMillis + " ms", problems);
            check(agents == 1 && programs == 0, agents + " agents and " + programs + " programs remain", problems);
            return problems;
        }
    }

    /** Has all tasks done, for which agents come. */
    void work() throws IOException, InterruptedException {
        Path etc = server.karaf().resolve("etc");
        Crew.copy("etc/io.skep.plugin.monitoring.scaling.cfg", etc.resolve("io.skep.plugin.monitoring.scaling.cfg"));
        Crew.copy("etc/io.skep.agent.process-burst.cfg", etc.resolve("io.skep.agent.process-burst.cfg"));
        SkepClient client = server.client();
        if (!Poll.until(() -> look(client) && agents == 1, GROUP_DEADLINE, LOOK)) {
            throw new IOException("The group " + GROUP + " did not come");
        }
        board.say("one agent, " + programs() + " programs; " + TASKS + " tasks come at once");
        String run = "burst " + UUID.randomUUID();
        client.submitAll(tasks(run), null);
        Poll.until(() -> look(client) && isIdle && completed(client, run) >= TASKS, WORK_DEADLINE, LOOK);
        board.say("all is done; nobody has anything to do any more");
    }

    /** Waits until its agents have gone again. */
    Result end() throws IOException, InterruptedException {
        SkepClient client = server.client();
        Poll.until(() -> look(client) && agents == 1 && programs() == 0, END_DEADLINE, LOOK);
        decisions(client);
        return new Result(completed, mostAgents, mostPrograms, worstMillis, agents, programs());
    }

    private static ArrayNode tasks(String run) {
        ArrayNode tasks = SkepClient.array();
        for (int i = 0; i < TASKS; i++) {
            tasks.addObject().put("description", run).withArray("skills").add("burst");
        }
        return tasks;
    }

    /** Notes what there is now, and says what has changed. False while the plugin cannot be asked. */
    private boolean look(SkepClient client) throws IOException, InterruptedException {
        JsonNode group = ask(client, "status").path("groups").path(0);
        if (group.isMissingNode()) {
            return false;
        }
        int programs = programs();
        int now = (int) client.agents().stream()
                .filter(agent -> agent.path("id").asText().matches("burst-\\d+"))
                .count();
        long age = group.path("figures").path("oldestMillis").asLong();
        if (now != agents) {
            board.say(now + " agents, " + programs + " programs; "
                    + group.path("figures").path("depth").asInt() + " tasks wait, the oldest for "
                    + Board.seconds(Duration.ofMillis(age)));
        }
        agents = now;
        mostAgents = Math.max(mostAgents, now);
        mostPrograms = Math.max(mostPrograms, programs);
        worstMillis = Math.max(worstMillis, age);
        isIdle = group.path("figures").path("depth").asInt()
                        + group.path("figures").path("busy").asInt()
                == 0;
        return true;
    }

    /** Lists follow the log within moments. */
    private int completed(SkepClient client, String run) throws IOException, InterruptedException {
        completed = client.allTasks(Map.of("text", run, "state", "completed")).size();
        return completed;
    }

    /** As ps shows them. A program is one process, with its sleep as a child. */
    static int programs() {
        return (int) ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(MARK))
                .count();
    }

    private static JsonNode ask(SkepClient client, String operation) throws IOException, InterruptedException {
        CapabilityAnswer answer =
                client.call(new CapabilityCall("auto_scaling", operation, null, null, null, SkepClient.object()));
        return answer.data();
    }

    private void decisions(SkepClient client) throws IOException, InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        ask(client, "decisions").path("decisions").forEach(all::add);
        for (int i = all.size() - 1; i >= 0; i--) {
            JsonNode decision = all.get(i);
            board.print("  " + decision.path("decision").asText() + ": from "
                    + decision.path("from").asInt() + " to "
                    + decision.path("to").asInt() + ", "
                    + decision.path("rule").asText() + ": "
                    + decision.path("because").asText()
                    + (decision.path("hindrances").isEmpty() ? "" : "; " + decision.path("hindrances")));
        }
    }

    private static void check(boolean isSo, String problem, List<String> problems) {
        if (!isSo) {
            problems.add(problem);
        }
    }
}
