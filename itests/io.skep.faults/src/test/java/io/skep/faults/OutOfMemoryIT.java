// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.CapabilityAnswer;
import io.skep.client.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A server with little memory under {@code ./skep run}, and a plugin that takes all of it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutOfMemoryIT {
    private static final String PLUGIN = "hoard";
    private static final Canary EVERY_CALL = new Canary(100, 10_000, Duration.ofMinutes(2));

    private static Instance instance;
    private static KillLab lab;
    private static Supervised supervised;

    @BeforeAll
    static void start() throws Exception {
        instance = Instance.empty("memory");
        lab = new KillLab(instance);
        supervised = new Supervised(instance, Map.of("SKEP_HEAP", "-Xms64m -Xmx192m"));
        supervised.awaitReady(0);
        lab.awaitInstalled();
    }

    @AfterAll
    static void stop() throws Exception {
        supervised.close();
    }

    /** Lets the version that answers take all memory, and waits for the next start. */
    private static void fill(String version) throws Exception {
        long pid = supervised.pid();
        CapabilityAnswer told = lab.client().call(lab.call(PLUGIN, "become", "fault", "allocates"));
        assertThat(told.version()).isEqualTo(version);
        CompletableFuture<?> last = lab.client().callAsync(lab.call(PLUGIN, "echo", "text", "x"));
        Instance.await("it dies", () -> !Processes.isRunning(pid));
        assertThat(last.handle((answer, failure) -> failure)).succeedsWithin(Instance.SOON);
        supervised.awaitReady(pid);
        assertThat(supervised.said()).anyMatch(line -> line.contains("out of memory"));
        assertThat(Path.of(instance.server().home().toString(), "store/out-of-memory"))
                .doesNotExist();
    }

    private static void assertServes(String version, String... events) throws Exception {
        assertThat(lab.client().call(lab.call(PLUGIN, "echo", "text", "x")).version())
                .isEqualTo(version);
        JsonNode detail = lab.operator().plugin(PLUGIN);
        assertThat(KillLab.stream(detail.path("history"))
                        .map(entry -> entry.path("event").asText())
                        .toList())
                .as(detail.toString())
                .endsWith(events);
        assertThat(detail.path("history").toString()).contains("the server ran out of memory");
        assertThat(lab.assertOne(PLUGIN, KillLab.bundle(PLUGIN))).isEqualTo(version);
    }

    @Test
    @Order(1)
    void versionThatIsTried_isGoneAfterTheRestart_andTheOldOneServes() throws Exception {
        lab.install(PLUGIN, lab.jar(PLUGIN, "1.0.0"));
        lab.install(PLUGIN, lab.jar(PLUGIN, "1.1.0"));
        lab.operator().upgrade(PLUGIN, lab.jar(PLUGIN, "1.2.0"), EVERY_CALL, false);
        Instance.await(
                "it is tried",
                () -> lab.client()
                        .call(lab.call(PLUGIN, "echo", "text", "x"))
                        .version()
                        .equals("1.2.0"));
        fill("1.2.0");
        assertServes("1.1.0", "plugin.quarantined", "plugin.rolled-back");
    }

    @Test
    @Order(2)
    void versionThatTurnsBad_isRolledBackAfterTheRestart() throws Exception {
        fill("1.1.0");
        assertServes("1.0.0", "plugin.quarantined", "plugin.promoted");
        assertThat(lab.operator().plugin(PLUGIN).path("kept")).isEmpty();
    }

    @Test
    @Order(3)
    void serverThatWasKilled_isStartedAgain_andStopEndsBoth() throws Exception {
        long pid = supervised.pid();
        instance.server().kill9();
        supervised.awaitReady(pid);
        assertThat(instance.server().pid()).hasValue(supervised.pid());
        assertThat(supervised.command("status")).isZero();
        assertThat(supervised.command("stop")).isZero();
        assertThat(supervised.isAlive()).isFalse();
        assertThat(supervised.end()).isZero();
        assertThat(instance.server().pid()).isEmpty();
        assertThat(supervised.command("status")).isEqualTo(3);
    }

    @Test
    @Order(4)
    void serverThatAlwaysFails_isGivenUp() throws Exception {
        try (Supervised hopeless = new Supervised(instance, Map.of("SKEP_JAVA_OPTS", "-XX:NoSuchOption=1"))) {
            assertThat(hopeless.end()).isEqualTo(1);
            assertThat(hopeless.said())
                    .filteredOn(line -> line.contains("starting it again"))
                    .hasSize(5);
            assertThat(hopeless.said()).last().asString().contains("more than 5 times within 10 min");
            assertThat(instance.server().home().resolve("supervisor.pid")).doesNotExist();
        }
    }
}
