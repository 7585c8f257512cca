// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Poll;
import io.skep.client.Processes;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Kills, while tasks are at work, first the program of one agent and then the server, and looks what comes of it. */
final class Saboteur {
    /** A program that is killed has worked at least so long. */
    private static final Duration MID_RUN = Duration.ofMillis(400);

    private static final Duration START_DEADLINE = Duration.ofMinutes(1);

    /**
     * An agent's program that was killed.
     *
     * @param agent whose program it was
     * @param end how the attempt ended, on the wire
     * @param retriedBy the agent of the next attempt
     * @param afterMillis from the kill to the assignment of the next attempt
     */
    record ProgramKill(String task, String agent, long pid, String end, String retriedBy, long afterMillis) {}

    /**
     * The server that was killed.
     *
     * @param tasks how many tasks it had accepted
     * @param lost how many of them it no longer knew, or knew as less far than it had said
     * @param running how many programs were running
     * @param leftOver how many of these were still running when it was back
     * @param millis from the kill until it was ready
     */
    record ServerKill(int tasks, int lost, int running, int leftOver, long millis) {}

    /** How the server is asked, anew after each restart. */
    @FunctionalInterface
    interface Tasks {
        List<TaskView> now() throws IOException, InterruptedException;
    }

    private final SkepServer server;
    private final Tasks tasks;
    private final Board board;
    private final BooleanSupplier mayKillServer;
    private @Nullable Instant killedAt;
    private long killedPid;
    private @Nullable ProgramKill programKill;
    private @Nullable ServerKill serverKill;

    /**
     * @param mayKillServer whether what the end of the server would spoil is over
     */
    Saboteur(SkepServer server, Tasks tasks, Board board, BooleanSupplier mayKillServer) {
        this.server = server;
        this.tasks = tasks;
        this.board = board;
        this.mayKillServer = mayKillServer;
    }

    /** The killed program, once its task was given out again. */
    @Nullable
    ProgramKill programKill() {
        return programKill;
    }

    /** The killed server, once it is back. */
    @Nullable
    ServerKill serverKill() {
        return serverKill;
    }

    /** Does what is due, by the tasks as they are now. */
    void look(List<TaskView> now) throws IOException, InterruptedException {
        TaskView victim = now.stream()
                .filter(task -> task.name().equals(Plan.VICTIM))
                .findFirst()
                .orElseThrow(() -> new IOException("The server does not know the task " + Plan.VICTIM));
        if (killedAt == null) {
            killProgram(victim);
        } else if (programKill == null) {
            seeRetry(victim, killedAt);
        } else if (serverKill == null && mayKillServer.getAsBoolean() && victim.hasEnded() && isMidRun(now)) {
            killServer(now);
        }
    }

    private void killProgram(TaskView victim) {
        long pid = victim.livePid().orElse(0L);
        if (pid == 0 || workedSoFar(victim).compareTo(MID_RUN) < 0 || !Processes.isRunning(pid)) {
            return;
        }
        Processes.kill9(pid);
        killedAt = Instant.now();
        killedPid = pid;
        board.say("kill -9 " + pid + ": the program of " + victim.name() + ", agent " + victim.agent());
    }

    private void seeRetry(TaskView victim, Instant killed) {
        if (victim.attempts() < 2) {
            return;
        }
        JsonNode first = victim.attempt(0);
        JsonNode second = victim.attempt(1);
        programKill = new ProgramKill(
                victim.name(),
                first.path("agent").asText(),
                killedPid,
                first.path("end").asText(),
                second.path("agent").asText(),
                Duration.between(killed, Instant.parse(second.path("assignedAt").asText()))
                        .toMillis());
    }

    private static boolean isMidRun(List<TaskView> now) {
        return now.stream()
                .filter(task -> task.livePid().isPresent())
                .anyMatch(task -> workedSoFar(task).compareTo(MID_RUN) >= 0);
    }

    private void killServer(List<TaskView> before) throws IOException, InterruptedException {
        List<Long> pids =
                before.stream().flatMap(task -> task.livePid().stream()).toList();
        board.say("kill -9 the server, while " + pids.size() + (pids.size() == 1 ? " program runs" : " programs run"));
        Duration gap = server.restart(START_DEADLINE);
        Map<String, TaskView> after = tasks.now().stream().collect(Collectors.toMap(TaskView::id, Function.identity()));
        int lost = (int) before.stream()
                .filter(task -> isLost(task, after.get(task.id())))
                .count();
        // Ready means that survivors were found; what is left of their trees may take a moment to end.
        Poll.until(() -> pids.stream().noneMatch(Processes::isRunning), Duration.ofSeconds(2), Duration.ofMillis(10));
        int leftOver = (int) pids.stream().filter(Processes::isRunning).count();
        serverKill = new ServerKill(before.size(), lost, pids.size(), leftOver, gap.toMillis());
        board.say("the server is back after " + Board.seconds(gap));
    }

    /** What was said to have ended must have ended in the same way, and nothing may have gone. */
    static boolean isLost(TaskView before, @Nullable TaskView after) {
        if (after == null || after.attempts() < before.attempts()) {
            return true;
        }
        return before.hasEnded()
                && !(before.state().equals(after.state())
                        && before.json().path("result").equals(after.json().path("result")));
    }

    private static Duration workedSoFar(TaskView task) {
        String started = task.attempt(task.attempts() - 1).path("startedAt").asText("");
        return started.isEmpty() ? Duration.ZERO : Duration.between(Instant.parse(started), Instant.now());
    }
}
