// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.Poll;
import io.skep.client.Shell;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Replaces plugins, and looks which generation serves afterwards. For one thread. */
final class Swapper {
    private static final Duration JOB = Duration.ofSeconds(90);
    private static final Duration SERVES = Duration.ofSeconds(45);
    private static final Pattern BY_ITS_TIMES = Pattern.compile("canary: its (median|99th percentile) ");
    private static final Duration OFTEN = Duration.ofMillis(20);

    private final SkepServer server;
    private final SkepClient admin;
    private final Shell shell;
    private final Canary canary;
    private final boolean judged;
    private final Path versions;
    private final List<Retired> retired = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int swaps;

    /**
     * @param canary how new versions are compared, side by side
     * @param judged whether it is a problem that one was rolled back for its times
     */
    Swapper(SkepServer server, Canary canary, boolean judged) throws IOException {
        this.judged = judged;
        this.server = server;
        this.admin = server.client();
        this.shell = new Shell(server);
        this.canary = canary;
        this.versions = Files.createDirectories(server.home().resolve("versions"));
    }

    /** Swaps a plugin once in every way, without counting: what the server loads only once is loaded then. */
    void rehearse(Subject subject) throws IOException, InterruptedException {
        for (Way way : Way.values()) {
            swap(subject, way);
        }
        swaps = 0;
    }

    /** How many swaps were done. */
    int swaps() {
        return swaps;
    }

    /** The generations that are no longer there. */
    List<Retired> retired() {
        return retired;
    }

    /** What went wrong, one sentence each. */
    List<String> problems() {
        return problems;
    }

    /** Puts a jar into {@code deploy/} and waits until the plugin serves in that version. */
    void deploy(Subject subject, Subject.Version version) throws IOException, InterruptedException {
        drop(subject, version);
        awaitServing(subject, version.version(), 0);
    }

    /** Replaces a plugin once; its jar is deleted when it is no longer needed. */
    void swap(Subject subject, Way way) throws IOException, InterruptedException {
        Optional<JsonNode> before = serving(subject.name());
        if (before.isEmpty()) {
            problems.add("nobody serves " + subject.name() + ": " + generations(subject.name()));
            awaitServing(subject, "", -1);
            before = serving(subject.name());
        }
        long old = before.map(status -> status.path("generation").asLong()).orElse(-1L);
        Subject.Version next = subject.next(versions);
        switch (way) {
            case SIDE_BY_SIDE -> upgrade(subject, next, old);
            case UPDATE -> {
                shell.run("bundle:update " + subject.symbolicName() + " "
                        + next.jar().toUri());
                retire(subject, old, System.currentTimeMillis(), way);
                awaitServing(subject, next.version(), old);
            }
            case STOP_START -> {
                shell.run("bundle:stop " + subject.symbolicName() + "; bundle:start " + subject.symbolicName());
                retire(subject, old, System.currentTimeMillis(), way);
                awaitServing(subject, "", old);
            }
            case DEPLOY -> {
                drop(subject, next);
                awaitServing(subject, next.version(), old);
                retire(subject, old, System.currentTimeMillis(), way);
            }
        }
        swaps++;
        Files.deleteIfExists(next.jar());
    }

    private void upgrade(Subject subject, Subject.Version next, long old) throws IOException, InterruptedException {
        JsonNode job = admin.operator().upgradeAndWait(subject.name(), next.jar(), canary, JOB);
        long now = System.currentTimeMillis();
        if (!job.path("outcome").asText().equals("promoted")) {
            String reason = job.path("reason").asText();
            String what = subject.name() + " " + next.version() + " is "
                    + job.path("outcome").asText() + ": " + reason;
            if (judged || !BY_ITS_TIMES.matcher(reason).lookingAt()) {
                problems.add(what);
            } else {
                System.out.println(what);
            }
            return;
        }
        if (job.path("abandoned").asLong() > 0) {
            problems.add(job.path("abandoned").asLong() + " calls of " + subject.name() + " were abandoned");
        }
        retire(subject, old, Math.min(now, drainedAt(job)), Way.SIDE_BY_SIDE);
        awaitServing(subject, next.version(), old);
    }

    /** When the drain of a job ended, by its own account. */
    static long drainedAt(JsonNode job) {
        long at = Instant.parse(job.path("begunAt").asText()).toEpochMilli();
        for (JsonNode step : job.path("phases")) {
            if (!step.path("phase").asText().equals("stop")) {
                at += step.path("tookMillis").asLong();
            }
        }
        return at;
    }

    private void retire(Subject subject, long generation, long atMillis, Way way) {
        retired.add(new Retired(subject.name(), generation, atMillis, way));
    }

    private void drop(Subject subject, Subject.Version version) throws IOException {
        Path target = server.karaf().resolve("deploy").resolve(subject.symbolicName() + ".jar");
        // File Install takes what it finds: the file has to be there whole.
        Path part = Files.copy(
                version.jar(),
                server.home().resolve(subject.symbolicName() + ".part"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Waits until a newer generation serves, in that version unless it is empty, and the old one is gone. */
    private void awaitServing(Subject subject, String version, long old) throws IOException, InterruptedException {
        boolean serves = Poll.until(
                () -> {
                    Optional<JsonNode> now = serving(subject.name());
                    return now.isPresent()
                            && now.get().path("generation").asLong() > old
                            && (version.isEmpty()
                                    || now.get().path("version").asText().equals(version))
                            && generations(subject.name()).size() == 1;
                },
                SERVES,
                OFTEN);
        if (!serves) {
            throw new IOException("After " + SERVES.toSeconds() + " s " + subject.name() + " " + version
                    + " does not serve alone: " + generations(subject.name()) + "; see the log in "
                    + server.karaf().resolve("data/log"));
        }
    }

    private Optional<JsonNode> serving(String plugin) throws IOException, InterruptedException {
        return generations(plugin).stream()
                .filter(status -> status.path("state").asText().equals("serving"))
                .findFirst();
    }

    private List<JsonNode> generations(String plugin) throws IOException, InterruptedException {
        return admin.plugins().stream()
                .filter(status -> status.path("name").asText().equals(plugin))
                .toList();
    }
}
