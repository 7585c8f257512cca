// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.LONG;
import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.NO_CANARY;
import static io.skep.core.swap.SwapHarness.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars in {@code deploy/}. */
class DeploymentsTest {
    @TempDir
    private Path directory;

    private SwapHarness server;
    private Path deploy;

    @BeforeEach
    void start() throws IOException {
        server = new SwapHarness(directory);
        deploy = Files.createDirectory(directory.resolve("deploy"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path drop(String name, Jars jar) {
        Path file = jar.to(deploy.resolve(name));
        server.host().deployments().put(file);
        return file;
    }

    private Path drop(String version) {
        return drop("sample-" + version + ".jar", Jars.plugin(NAME, version));
    }

    private void delete(Path file) throws IOException {
        Files.delete(file);
        server.host().deployments().removed(file);
    }

    private Path retired(Path file) {
        return directory.resolve("retired").resolve(file.getFileName());
    }

    private void awaitRetired(Path file) {
        await().atMost(LONG).until(() -> Files.exists(retired(file)) && Files.notExists(file));
    }

    @Test
    void jarThatIsDropped_serves() {
        Path file = drop("1.0.0");

        server.awaitServing("1.0.0");

        assertThat(server.history())
                .anyMatch(line -> line.startsWith("plugin.promoted deploy/sample-1.0.0.jar: 1.0.0"));
        assertThat(file).exists();
        assertThat(server.record().desired().isKept()).isTrue();
    }

    @Test
    void folder_takesPluginsOver_andNothingElse() throws IOException {
        DeployFolder folder = new DeployFolder(server.host().deployments());
        Path plugin = Jars.plugin(NAME, "1.0.0").to(deploy.resolve("a.jar"));
        Path library =
                Jars.plugin(NAME, "1.0.0").without(JarInspector.NAME_HEADER).to(deploy.resolve("library.jar"));
        Path other = Files.copy(plugin, deploy.resolve("a.kar"));
        assertThat(folder.canHandle(plugin.toFile())).isTrue();
        assertThat(folder.canHandle(library.toFile())).isFalse();
        assertThat(folder.canHandle(other.toFile())).isFalse();

        folder.install(plugin.toFile());
        server.awaitServing("1.0.0");
        Jars.plugin(NAME, "2.0.0").to(plugin);
        folder.update(plugin.toFile());
        server.awaitServing("2.0.0");
        folder.uninstall(plugin.toFile());

        await().atMost(LONG).until(() -> server.serves().isEmpty());
    }

    @Test
    void sameJarAgain_changesNothing() {
        Path file = drop("1.0.0");
        server.awaitServing("1.0.0");
        awaitIdle();
        var before = server.history();

        server.host().deployments().put(file);
        awaitIdle();

        assertThat(server.history()).isEqualTo(before);
        assertThat(file).exists();
    }

    private void awaitIdle() {
        await().atMost(LONG).until(() -> server.swaps().find(NAME).orElseThrow().job() == null);
    }

    @Test
    void newerJarBesideTheOldOne_upgrades_andTheOldOneIsRetired() {
        Path old = drop("1.0.0");
        server.awaitServing("1.0.0");

        Path next = drop("2.0.0");

        awaitRetired(old);
        assertThat(server.serves()).isEqualTo("2.0.0");
        assertThat(next).exists();
    }

    @Test
    void jarsThatComeAtOnce_areTakenOneAfterTheOther() {
        Path first = drop("1.0.0");
        Path second = drop("2.0.0");
        Path third = drop("3.0.0");

        server.awaitServing("3.0.0");

        awaitRetired(first);
        awaitRetired(second);
        assertThat(third).exists();
        assertThat(server.history())
                .filteredOn(line -> line.startsWith("plugin.promoted"))
                .hasSize(3);
    }

    @Test
    void jarThatIsLookedAt_whenTheOneThatCameWithItServesAlready_isNotTakenForAnOlderOne() throws IOException {
        Path first = Jars.plugin(NAME, "1.0.0").to(deploy.resolve("first.jar"));
        Path second = Jars.plugin(NAME, "2.0.0").to(deploy.resolve("second.jar"));
        server.host().deployments().put(first);
        server.awaitServing("1.0.0");

        server.host().deployments().put(second);

        server.awaitServing("2.0.0");
        awaitRetired(first);
        assertThat(second).exists();
    }

    @Test
    void upgradeByAnybody_retiresTheJar() {
        Path file = drop("1.0.0");
        server.awaitServing("1.0.0");
        await().atMost(LONG).until(() -> server.swaps().find(NAME).orElseThrow().job() == null);

        server.serving("2.0.0");

        awaitRetired(file);
        assertThat(server.serves()).isEqualTo("2.0.0");
    }

    @Test
    void jarThatIsRolledBack_isRetired() {
        drop("1.0.0");
        server.awaitServing("1.0.0");
        server.script(
                "2.0.0",
                plugin -> plugin.initializing(
                        orchestrator -> CompletableFuture.failedFuture(new IllegalStateException("no database"))));

        Path bad = drop("2.0.0");

        awaitRetired(bad);
        assertThat(server.serves()).isEqualTo("1.0.0");
    }

    @Test
    void secondJarWhileAJobRuns_waitsForItsTurn() {
        server.bundles().hanging(FakeBundles.Step.INSTALL);
        get(server.swaps().upgrade(server.request("1.0.0", NO_CANARY)));

        Path next = drop("2.0.0");

        assertThat(server.serves()).isEmpty();
        server.bundles().release();
        server.awaitServing("2.0.0");
        assertThat(next).exists();
        server.awaitHistory("1.0.0 to 2.0.0");
    }

    @Test
    void deletedJar_takesThePluginAway() throws IOException {
        Path file = drop("1.0.0");
        server.awaitServing("1.0.0");

        delete(file);

        await().atMost(LONG).until(() -> server.record().desired() == null);
        await().atMost(LONG).until(() -> server.bundles().versions().isEmpty());
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(server.history())
                        .last()
                        .isEqualTo("plugin.removed deploy/sample-1.0.0.jar: taken away"));
    }

    @Test
    void deletedJarOfAnotherVersion_takesNothingAway() throws IOException {
        Path file = drop("1.0.0");
        server.awaitServing("1.0.0");
        awaitIdle();
        server.serving("2.0.0");

        server.host().deployments().removed(file);
        server.host().deployments().removed(deploy.resolve("never-there.jar"));

        assertThat(server.swaps().find(NAME).orElseThrow().job()).isNull();
        assertThat(server.serves()).isEqualTo("2.0.0");
    }

    @Test
    void removalByAnybody_retiresTheJar() {
        Path file = drop("1.0.0");
        server.awaitServing("1.0.0");
        await().atMost(LONG).until(() -> server.swaps().find(NAME).orElseThrow().job() == null);

        server.ended(server.swaps().remove(NAME, "ann"));

        awaitRetired(file);
    }

    @Test
    void jarLeftFromBefore_isRetired_afterARestart() throws IOException {
        Path old = Jars.plugin(NAME, "1.0.0").to(deploy.resolve("old.jar"));
        // The clock of the file system may be behind that of the server by a tick.
        await().atMost(LONG)
                .until(() -> Files.getLastModifiedTime(old)
                        .toInstant()
                        .isBefore(java.time.Instant.now().minusMillis(20)));
        server.serving("1.0.0").serving("2.0.0");
        server.restart();

        server.host().deployments().put(old);

        awaitRetired(old);
        server.awaitServing("2.0.0");
    }

    @Test
    void badJar_isLeftAlone() throws IOException {
        server.serving("1.0.0");
        Path text = Files.writeString(deploy.resolve("text.jar"), "no jar");
        server.host().deployments().put(text);
        Path exporting = drop("exporting.jar", Jars.plugin(NAME, "2.0.0").header("Export-Package", "a"));

        assertThat(text).exists();
        assertThat(exporting).exists();
        assertThat(server.serves()).isEqualTo("1.0.0");
    }

    @Test
    void jarThatIsRefused_isLeftInItsPlace() {
        server.serving("1.0.0");

        Path other = drop("other.jar", Jars.plugin(NAME, "1.0.0").entry("other", "content"));

        await().atMost(LONG).until(() -> server.swaps().find(NAME).orElseThrow().job() == null);
        assertThat(other).exists();
        assertThat(server.bundles().versions()).containsExactly("1.0.0");
    }
}
