// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.awaitility.Awaitility.await;

import io.skep.api.task.AttemptRef;
import io.skep.api.task.TaskSpec;
import io.skep.testkit.FakePayloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A supervisor on this machine with a core that is fake, for tests with real programs. */
final class Bench implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AGENT = "worker";

    final FakeCore core = new FakeCore();
    final FakePayloads payloads;
    final Path base;
    final Map<String, String> environment = new HashMap<>();
    final ProcessSupervisor supervisor;
    private int tasks;

    Bench(Path base) {
        this(base, Duration.ofHours(1), core -> {});
    }

    Bench(Path base, Duration forgottenAfter, Consumer<FakeCore> setup) {
        this.base = base;
        payloads = payloadsIn(base.resolve("payloads"));
        environment.put("PATH", System.getenv("PATH"));
        environment.put("LANG", "C.UTF-8");
        environment.put("SERVER_SECRET", "hidden");
        setup.accept(core);
        supervisor = new ProcessSupervisor(base, core, core, payloads, environment, forgottenAfter);
    }

    private static FakePayloads payloadsIn(Path directory) {
        try {
            return new FakePayloads(Files.createDirectories(directory));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The agent {@code worker}, once core has it. Properties in pairs of name and value. */
    Bench agent(String command, String... properties) {
        configure(AGENT, command, properties);
        await().atMost(PATIENCE).until(() -> core.connectors.containsKey(AGENT));
        return this;
    }

    /** Claims an agent as its file would. */
    Settings configure(String id, String command, String... properties) {
        Map<String, String> all = new HashMap<>(Map.of("id", id, "command", command));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        try {
            Settings settings = new SettingsReader(base, all).read();
            Files.createDirectories(settings.directory());
            supervisor.claim(settings, id + ".cfg");
            return settings;
        } catch (BadSetting | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the agent another task. */
    AttemptRef assign(TaskSpec spec) {
        return core.assign(AGENT, "00task" + tasks++, spec);
    }

    AttemptRef assign() {
        return assign(TaskSpec.of("do it").build());
    }

    /** Gives the agent a task and waits for its end. */
    FakeCore.Outcome run() {
        return run(TaskSpec.of("do it").build());
    }

    FakeCore.Outcome run(TaskSpec spec) {
        return outcome(assign(spec));
    }

    FakeCore.Outcome outcome(AttemptRef attempt) {
        try {
            return core.outcome(attempt).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("no outcome of " + attempt + "; said: " + core.said, e);
        }
    }

    /** A file in the agent's working directory. */
    Path file(String name) {
        return base.resolve("work").resolve(AGENT).resolve(name);
    }

    /** The process id that a program wrote into a file. */
    long pid(String name) {
        await().atMost(PATIENCE)
                .until(() ->
                        Files.exists(file(name)) && Files.readString(file(name)).endsWith("\n"));
        try {
            return Long.parseLong(Files.readString(file(name)).trim());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether a process lives; one that nobody reaps does not. */
    static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return ProcessHandle.of(pid).isPresent() && !Files.exists(Path.of("/proc/self"));
        }
    }

    @Override
    public void close() {
        supervisor.close();
    }
}
