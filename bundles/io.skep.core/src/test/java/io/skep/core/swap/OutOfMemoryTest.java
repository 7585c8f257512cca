// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.PluginDetail;
import io.skep.core.state.PluginRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is suspected after the heap ran out, and what a start does about it. */
class OutOfMemoryTest {
    private static final Instant DEATH = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path directory;

    private static PluginRecord plugin(String name, PluginDetail.Entry... history) {
        PluginRecord record = PluginRecord.unknown(name)
                .desiring(new PluginRecord.Build(name, "1.0.0", "a"), List.of())
                .desiring(new PluginRecord.Build(name, "1.1.0", "b"), List.of());
        for (PluginDetail.Entry entry : history) {
            record = record.with(entry);
        }
        return record;
    }

    private static PluginDetail.Entry entry(int minutesBefore, String event, String actor) {
        return new PluginDetail.Entry(DEATH.minus(Duration.ofMinutes(minutesBefore)), "plugin." + event, actor, "");
    }

    private static Optional<String> suspect(PluginRecord... records) {
        return OutOfMemory.suspect(Stream.of(records), DEATH).map(PluginRecord::name);
    }

    @Test
    void versionThatWasPromotedLast_isSuspected() {
        assertThat(suspect(
                        plugin("a", entry(9, "promoted", "admin")),
                        plugin("b", entry(3, "promoted", "deploy/b.jar"), entry(2, "swapped", "deploy/b.jar")),
                        plugin("c", entry(5, "promoted", "admin"))))
                .hasValue("b");
    }

    @Test
    void versionThatWasPromotedLongBefore_isNotSuspected() {
        assertThat(suspect(plugin("a", entry(10, "promoted", "admin")))).isEmpty();
        assertThat(suspect()).isEmpty();
    }

    @Test
    void versionThatCoreBroughtBack_isNotSuspected_andTheOneBeforeItIs() {
        assertThat(suspect(
                        plugin("a", entry(9, "promoted", "admin")),
                        plugin(
                                "b",
                                entry(3, "promoted", "admin"),
                                entry(1, "quarantined", "core"),
                                entry(1, "promoted", "core"))))
                .hasValue("a");
    }

    @Test
    void versionThatCameAnotherWaySince_isNotSuspected() {
        assertThat(suspect(plugin("a", entry(9, "promoted", "admin"), entry(8, "replaced", "core"))))
                .isEmpty();
        assertThat(suspect(plugin("a", entry(9, "promoted", "admin"), entry(8, "removed", "admin"))))
                .isEmpty();
    }

    /** Dies, and starts again. */
    private void die(SwapHarness server) {
        server.restart(() -> {
            try {
                Files.createFile(directory.resolve("out-of-memory"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(directory.resolve("out-of-memory")).doesNotExist();
    }

    @Test
    void suspectedVersion_isRolledBackAtTheStart_onceAndNotFurther() throws Exception {
        try (SwapHarness server = new SwapHarness(directory)) {
            server.serving("1.0.0").serving("2.0.0").serving("3.0.0");
            die(server);
            server.awaitServing("2.0.0");
            assertThat(server.made("2.0.0").calls()).contains("initialize");
            assertThat(server.bundles().versions()).containsExactly("2.0.0");
            assertThat(server.history()
                            .subList(
                                    server.history().size() - 2,
                                    server.history().size()))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("plugin.quarantined core: 3.0.0: the server ran out of memory"),
                            line -> assertThat(line)
                                    .startsWith("plugin.promoted core: 3.0.0 to 2.0.0, the server ran out of memory"));
            assertThat(server.record().previous())
                    .extracting(PluginRecord.Build::version)
                    .containsExactly("1.0.0");
            assertThat(server.jars()).isEqualTo(2);
            die(server);
            server.awaitServing("2.0.0");
        }
    }

    @Test
    void versionThatWasTried_isGone_andTheOneThatServedStays() throws Exception {
        try (SwapHarness server = new SwapHarness(directory)) {
            server.serving("1.0.0").serving("2.0.0");
            server.bundles().hanging(FakeBundles.Step.RESOLVE);
            server.swaps().upgrade(server.request("3.0.0", SwapHarness.NO_CANARY));
            await().atMost(SwapHarness.LONG)
                    .until(() -> server.bundles().versions().contains("3.0.0"));
            die(server);
            server.awaitServing("2.0.0");
            assertThat(server.bundles().versions()).containsExactly("2.0.0");
            assertThat(server.history()).last().asString().startsWith("plugin.rolled-back core: 3.0.0, the server ran");
            assertThat(server.history()).anyMatch(line -> line.startsWith("plugin.quarantined core: 3.0.0: "));
        }
    }

    @Test
    void onlyVersionThereIs_stays() throws Exception {
        try (SwapHarness server = new SwapHarness(directory)) {
            server.serving("1.0.0");
            die(server);
            server.awaitServing("1.0.0");
            assertThat(server.history()).noneMatch(line -> line.contains("quarantined"));
        }
    }
}
