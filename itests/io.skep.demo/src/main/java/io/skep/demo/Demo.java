// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The demo from start to end: a server of its own, agents from files, tasks, a plugin swapped under load, two kills, a
 * burst for which agents appear, agents that sleep and wake, and the audit log read again; a table and a report. Exits
 * with 0 only if everything ended as expected, 1 if not, 2 if it could not begin.
 */
public final class Demo {
    private static final Duration START_DEADLINE = Duration.ofMinutes(2);
    private static final Duration AGENTS_DEADLINE = Duration.ofSeconds(20);
    private static final Duration TASKS_DEADLINE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Options options;
    private final Git git;
    private final SkepServer server;
    private final Board board;

    private Demo(Options options, Git git, SkepServer server, Board board) {
        this.options = options;
        this.git = git;
        this.server = server;
        this.board = board;
    }

    /** Runs the demo. The system property {@code skep.launcher} tells where ./skep is. */
    public static void main(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        System.exit(run(args));
    }

    /** Runs the demo; returns the status to exit with. */
    static int run(String[] args) {
        String launcher = System.getProperty("skep.launcher", "");
        Path here = Path.of("").toAbsolutePath();
        Path base = launcher.isEmpty()
                ? here
                : here.resolve(launcher).normalize().resolveSibling("").toAbsolutePath();
        try {
            Options options = Options.parse(List.of(args), base, here);
            Git git = Git.at(options.repository());
            SkepServer server = Ports.serverIn(options.home());
            Demo demo = new Demo(options, git, server, new Board(System.out, isTerminal()));
            return demo.runAndStop() ? 0 : 1;
        } catch (Options.UsageException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + Options.USAGE);
            return 2;
        } catch (IOException | ProblemException | IllegalStateException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 2;
        }
    }

    @SuppressWarnings("SystemConsoleNull") // From JDK 22 on there is isTerminal(); this is built and run on 17.
    private static boolean isTerminal() {
        return System.console() != null;
    }

    private boolean runAndStop() throws IOException, InterruptedException {
        Thread hook = new Thread(this::stopQuietly, "skep-demo-stop");
        if (options.once()) {
            // Also when the user has had enough.
            Runtime.getRuntime().addShutdownHook(hook);
        }
        try {
            boolean asExpected = perform();
            if (!options.once()) {
                board.print("The server goes on at " + server.uri() + ". To look at it, or to stop it:");
                board.print("  " + server.launcherEnvironment() + " ./skep shell");
                board.print("  " + server.launcherEnvironment() + " ./skep stop");
            }
            return asExpected;
        } finally {
            if (options.once()) {
                server.stop();
            }
        }
    }

    private void stopQuietly() {
        try {
            server.stop();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean perform() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        String commit = git.head();
        board.say("repository " + git.top() + ", commit " + commit.substring(0, 12));
        start();
        SkepClient client = server.client();
        Plan plan = hire(client);
        PluginSwap swap = new PluginSwap(
                client, server.token(), Crew.directory(server.karaf()).resolve("plugins"), board);
        swap.prepare();
        Gate.define(client);
        EncoderSwap encoder = new EncoderSwap(server, board);
        if (!encoder.await()) {
            board.say("nobody understands what tasks mean on this machine: they are routed by their words");
        }
        List<String> ids = new ArrayList<>();
        client.submitAll(plan.tasks(), "demo-" + UUID.randomUUID())
                .forEach(task -> ids.add(task.path("id").asText()));
        board.say(ids.size() + " tasks submitted, the last depends on all others");
        swap.begin();
        // Calls do not survive the end of the server: it may come only when the swap is over.
        Saboteur saboteur = new Saboteur(server, () -> tasks(client, ids), board, swap::isOver);
        List<TaskView> tasks = watch(client, ids, saboteur);
        board.table(tasks);
        Map<String, Part> parts = parts(client, tasks, swap, encoder);
        Outcome outcome = judge(tasks, plan, saboteur, parts, new Setting(commit, begun));
        outcome.print(board);
        if (options.json() != null) {
            outcome.write(options.json());
        }
        return outcome.isAsExpected();
    }

    private Map<String, Part> parts(SkepClient client, List<TaskView> tasks, PluginSwap swap, EncoderSwap encoder)
            throws IOException, InterruptedException {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("routes", Routes.of(tasks));
        parts.put("gate", Gate.Result.of(tasks));
        parts.put("pluginSwap", swap.result());
        Burst burst = new Burst(server, board);
        burst.work();
        // It takes a while until its agents are known to be too many.
        parts.put("encoderUpdate", encoder.run());
        parts.put("runaway", new Runaway(client).run());
        parts.put("sleepers", new Sleepers(server, board).run());
        parts.put("burst", burst.end());
        parts.put("audit", AuditProof.of(client));
        return parts;
    }

    private void start() throws IOException, InterruptedException {
        if (server.isReady()) {
            board.say("the server of an earlier demo is there: " + server.uri());
        } else {
            server.unpack();
            Crew.configure(server.karaf());
            board.say("the server is ready after " + Board.seconds(server.start(START_DEADLINE)) + ": " + server.uri());
        }
    }

    private Plan hire(SkepClient client) throws IOException, InterruptedException {
        Path programs = Crew.directory(server.karaf());
        Crew.installPrograms(programs);
        Path results = Files.createDirectories(programs.resolve("results"));
        long begun = System.nanoTime();
        Crew.installAgents(server.karaf());
        Crew.awaitActive(client, AGENTS_DEADLINE);
        board.say(Crew.AGENTS.size() + " agents came with their files in etc/, after "
                + Board.seconds(Duration.ofNanos(System.nanoTime() - begun)));
        return new Plan(git.top(), results, options.report());
    }

    private List<TaskView> watch(SkepClient client, List<String> ids, Saboteur saboteur)
            throws IOException, InterruptedException {
        List<TaskView> tasks = new ArrayList<>();
        Poll.until(
                () -> {
                    tasks.clear();
                    tasks.addAll(tasks(client, ids));
                    board.show(tasks);
                    if (tasks.stream().allMatch(TaskView::hasEnded)) {
                        return true;
                    }
                    saboteur.look(List.copyOf(tasks));
                    return false;
                },
                TASKS_DEADLINE,
                LOOK);
        return List.copyOf(tasks);
    }

    /** All at once: one after the other they take seconds on a machine that is busy, and what is done meanwhile is not seen. */
    private static List<TaskView> tasks(SkepClient client, List<String> ids) throws IOException, InterruptedException {
        ExecutorService askers = Executors.newFixedThreadPool(ids.size());
        try {
            List<Callable<TaskView>> questions = new ArrayList<>();
            ids.forEach(id -> questions.add(() -> new TaskView(client.task(id))));
            List<TaskView> tasks = new ArrayList<>();
            for (Future<TaskView> answer : askers.invokeAll(questions)) {
                tasks.add(answer.get());
            }
            return tasks;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("a task could not be read", failed);
        } finally {
            askers.shutdownNow();
        }
    }

    /** On what it ran, and since when. */
    private record Setting(String commit, long begunNanos) {}

    private Outcome judge(List<TaskView> tasks, Plan plan, Saboteur saboteur, Map<String, Part> parts, Setting setting)
            throws IOException, InterruptedException {
        List<Verdict.Check> checks = Verdict.checks(git, plan);
        List<String> problems =
                new ArrayList<>(Verdict.problems(tasks, saboteur.programKill(), saboteur.serverKill(), checks));
        parts.values().forEach(part -> problems.addAll(part.problems()));
        problems.addAll(Verdict.differences(tasks, plan));
        if (!Files.exists(options.report())) {
            problems.add("there is no report");
        }
        return new Outcome(
                git.top(),
                setting.commit(),
                options.report(),
                tasks,
                saboteur.programKill(),
                saboteur.serverKill(),
                parts,
                checks,
                problems,
                Duration.ofNanos(System.nanoTime() - setting.begunNanos()));
    }
}
