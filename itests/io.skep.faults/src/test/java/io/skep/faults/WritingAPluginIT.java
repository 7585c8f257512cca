// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.client.ProblemException;
import io.skep.client.SkepServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code docs/writing-a-plugin.md}, done as it is written: its commands, its files, and what it says they answer. */
@ExtendWith(SharedServer.class)
class WritingAPluginIT {
    private static final Path ROOT = Path.of(System.getProperty("skep.run")).getParent();
    private static final Path DOCUMENT = ROOT.resolve("docs/writing-a-plugin.md");
    /** What {@code -pl bundles/io.skep.plugin.archetype -am} is. */
    private static final List<String> INSTALLED = List.of(
            "",
            "bundles",
            "bundles/io.skep.api",
            "bundles/io.skep.testkit",
            "bundles/io.skep.plugin.base",
            "bundles/io.skep.plugin.archetype");

    private static final String VERSION = System.getProperty("skep.version");

    private Path home;
    private Map<String, String> environment;

    @Test
    void document_isTrue(Instance instance) throws Exception {
        SkepServer server = instance.server();
        home = Path.of(System.getProperty("skep.instances")).resolve("writer").toAbsolutePath();
        Instance.clear(home);
        Path repository = repository();
        environment = Map.of(
                "HOME", home.toString(),
                "SKEP_HOME", server.home().toString(),
                "SKEP_HTTP_PORT", Integer.toString(server.uri().getPort()),
                "SKEP_SSH_PORT", Integer.toString(server.sshPort()),
                "PATH", maven(repository) + File.pathSeparator + System.getenv("PATH"));
        // As ./skep would have left it, had it started the server.
        Files.writeString(
                server.home().resolve("server.pid"), Long.toString(server.pid().orElseThrow()));
        Files.writeString(home.resolve("directory"), ROOT.toString());
        Files.createFile(home.resolve("variables"));
        try {
            carryOut(DocumentSteps.of(DOCUMENT));
        } finally {
            Files.deleteIfExists(server.karaf().resolve("deploy/greeting.jar"));
            Files.delete(server.home().resolve("server.pid"));
            clean(instance);
        }
    }

    /** A test that failed may have left the plugin in a server that others use too. */
    private static void clean(Instance instance) throws IOException, InterruptedException {
        try {
            instance.server().client().operator().remove("greeting");
        } catch (ProblemException isGone) {
            assertThat(isGone.status()).isEqualTo(404);
        }
    }

    private void carryOut(List<DocumentSteps.Step> steps) throws Exception {
        assertThat(steps).hasSizeGreaterThan(10);
        String said = "";
        for (DocumentSteps.Step step : steps) {
            switch (step.kind()) {
                case "sh install" ->
                    assertThat(step.text()).contains("-pl " + INSTALLED.get(INSTALLED.size() - 1) + " -am");
                case "sh" -> said = run(step.text());
                case "java" -> write(step.text());
                case "text" -> DocumentSteps.assertSaid(step, said);
                default -> throw new AssertionError("what is a block of " + step.kind() + "?");
            }
        }
    }

    private void write(String text) throws IOException {
        String[] parts = text.split("\n", 2);
        Path file =
                Path.of(Files.readString(home.resolve("directory")).strip()).resolve(parts[0].replaceFirst("^// ", ""));
        assertThat(file).as("the archetype has made it").exists();
        Files.writeString(file, parts[1]);
    }

    /** Runs commands where and with the variables with which those before have ended; answers what they said. */
    private String run(String commands) throws IOException, InterruptedException {
        Path script = home.resolve("script");
        Files.writeString(
                script,
                "set -e\n. \"$HOME/variables\"\ncd \"$(cat \"$HOME/directory\")\"\n" + commands
                        + "\nexport -p >\"$HOME/variables\"\npwd >\"$HOME/directory\"\n");
        Path output = home.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("sh", script.toString())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        shell.environment().keySet().removeIf(name -> name.startsWith("SKEP_") || name.startsWith("KARAF_"));
        shell.environment().putAll(environment);
        Process process = shell.start();
        boolean ended = process.waitFor(Instance.START.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(commands + "\n" + said).isTrue();
        return said;
    }

    /**
     * A local repository that has all that the one of this build has, and what the first command of the document
     * installs: that itself would build again, beside us, what we are tested with.
     */
    private Path repository() throws IOException {
        Path known = Path.of(System.getProperty("skep.repository"));
        Path repository = Files.createDirectories(home.resolve("repository"));
        link(known, repository, "io");
        link(known.resolve("io"), Files.createDirectory(repository.resolve("io")), "skep");
        for (String module : INSTALLED) {
            Path built = ROOT.resolve(module);
            String artifact = module.isEmpty() ? "skep" : built.getFileName().toString();
            Path place = Files.createDirectories(repository.resolve("io/skep/" + artifact + '/' + VERSION));
            Files.copy(built.resolve("pom.xml"), place.resolve(artifact + '-' + VERSION + ".pom"));
            Path jar = built.resolve("target/" + artifact + '-' + VERSION + ".jar");
            if (Files.exists(jar)) {
                Files.copy(jar, place.resolve(artifact + '-' + VERSION + ".jar"));
            }
        }
        return repository;
    }

    private static void link(Path from, Path to, String but) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            for (Path one : all.filter(path -> !path.endsWith(but)).toList()) {
                Files.createSymbolicLink(to.resolve(one.getFileName()), one);
            }
        }
    }

    /** A directory with a {@code mvn} that uses this repository, and the network only if this build may. */
    private Path maven(Path repository) throws IOException {
        Path mvn = Files.createDirectory(home.resolve("bin")).resolve("mvn");
        Files.writeString(
                mvn,
                "#!/bin/sh\nexec '" + System.getProperty("skep.maven") + "/bin/mvn' -Dmaven.repo.local='" + repository
                        + "'" + (System.getProperty("skep.offline").endsWith("true") ? " -o" : "") + " \"$@\"\n");
        Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
        return mvn.getParent();
    }
}
