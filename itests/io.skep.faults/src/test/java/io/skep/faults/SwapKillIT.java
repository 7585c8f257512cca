// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.EventReader;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The server is killed with SIGKILL while a plugin is swapped. After each start exactly one version serves, the one that
 * the durable history says was promoted, and nothing else is installed or kept. One server goes through all of it, since
 * each start takes seconds; {@code -Dskep.kills=N} adds kills at random moments.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SwapKillIT {
    private static final String PLUGIN = "kill";
    private static final int RANDOM_KILLS = Integer.getInteger("skep.kills", 1);
    private static final Duration OFTEN = Duration.ofMillis(1);
    private static final Canary LONG = new Canary(50, 10_000, Duration.ofSeconds(30));

    private static Instance instance;
    private static KillLab lab;
    private static String serves = "1.0.0";
    private static int newest;
    /** The version under way at each kill, with the phase in which it was killed; empty if that was left to chance. */
    private static final Map<String, String> KILLS = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        instance = Instance.fresh("swapkill");
        lab = new KillLab(instance);
        instance.server().start(Instance.START);
        lab.awaitInstalled();
        lab.install(PLUGIN, lab.jar(PLUGIN, serves));
    }

    @AfterAll
    static void stop() throws Exception {
        instance.close();
    }

    private static String next() {
        return "1.0." + ++newest;
    }

    /** Kills it, starts it again, and looks at what is there. */
    private static void killAndCheck() throws Exception {
        instance.server().kill9();
        startAndCheck();
    }

    private static void startAndCheck() throws Exception {
        instance.server().start(Instance.START);
        serves = lab.assertOne(PLUGIN, KillLab.bundle(PLUGIN));
        assertThat(lab.client().call(lab.call(PLUGIN, "echo", "text", "x")).version())
                .isEqualTo(serves);
        lab.assertNothingLeftOver();
    }

    private static void awaitPhase(String plugin, String phase) throws Exception {
        OperatorClient operator = lab.operator();
        Instance.await(phase + " is reached", () -> {
            JsonNode phases = operator.plugin(plugin).path("job").path("phases");
            return phases.path(phases.size() - 1).path("phase").asText().equals(phase);
        });
    }

    /** Begins an upgrade in which this phase takes a while, kills in it, and looks at what serves then. */
    private static void killIn(String phase, String fault, Canary canary, boolean promoted) throws Exception {
        String before = serves;
        String version = next();
        lab.operator().upgrade(PLUGIN, lab.jar(PLUGIN, version, "Skep-Fault", fault), canary, false);
        awaitPhase(PLUGIN, phase);
        KILLS.put(version, phase);
        killAndCheck();
        assertThat(serves).as("killed in " + phase).isEqualTo(promoted ? version : before);
    }

    @Test
    @Order(1)
    void killBeforeTheEndOfTheCanary_leavesTheOldVersion() throws Exception {
        killIn("start", "hangs-activate", Canary.NONE, false);
        killIn("initialise", "hangs-initialise", Canary.NONE, false);
        killIn("health", "hangs-health", Canary.NONE, false);
        killIn("warm-up", "never-ends", Canary.NONE, false);
        killIn("canary", "none", LONG, false);
    }

    @Test
    @Order(2)
    void killAfterThePromotion_leavesTheNewVersion() throws Exception {
        lab.become(PLUGIN, "slow");
        CompletableFuture<?> call = lab.client().callAsync(lab.call(PLUGIN, "echo", "text", "x"));
        killIn("drain", "none", Canary.NONE, true);
        assertThat(call).isDone();
        lab.become(PLUGIN, "hangs-deactivate");
        killIn("stop", "none", Canary.NONE, true);
    }

    @Test
    @Order(3)
    void killWhileALargeJarIsCopied_leavesNothingOfIt() throws Exception {
        killWhenThereIs("check", () -> hasPart(lab.store()));
        Path cache = instance.server().karaf().resolve("data/cache");
        List<String> bundles = KillLab.names(cache);
        killWhenThereIs("install", () -> KillLab.names(cache).size() > bundles.size());
    }

    private static void killWhenThereIs(String phase, Poll.Condition condition) throws Exception {
        String before = serves;
        String version = next();
        Path jar = lab.largeJar(PLUGIN, version);
        CompletableFuture<?> upgrade = upgrade(jar);
        assertThat(Poll.until(condition, Instance.SOON, OFTEN)).as(phase).isTrue();
        KILLS.put(version, phase);
        killAndCheck();
        upgrade.handle((job, failure) -> job).get();
        assertThat(serves).as("killed in " + phase).isEqualTo(before);
    }

    /** The version before came with a bundle of somebody else, and its jar is only kept when it is replaced. */
    @Test
    @Order(4)
    void killWhileItIsPromoted_leavesTheOldVersion() throws Exception {
        String plugin = "kill-large";
        Path jar = lab.largeJar(plugin, "1.0.0");
        instance.shell("bundle:install -s " + jar.toUri());
        Instance.await("it serves", () -> lab.operator().plugins().toString().contains(plugin));
        lab.operator().upgrade(plugin, lab.jar(plugin, "1.1.0"), Canary.NONE, false);
        awaitPhase(plugin, "promote");
        KILLS.put(plugin + " 1.1.0", "promote");
        killAndCheck();
        assertThat(lab.assertOne(plugin, KillLab.bundle(plugin))).isEqualTo("1.0.0");
        // Or each start would wait for it when nobody brings it any more.
        lab.operator().end(lab.operator().remove(plugin), Instance.SOON);
    }

    @Test
    @Order(5)
    void killAtAnyMoment_leavesOneOfBoth() throws Exception {
        long begun = System.nanoTime();
        lab.install(PLUGIN, lab.jar(PLUGIN, next()));
        long takes = System.nanoTime() - begun;
        serves = "1.0." + newest;
        Random random = new Random();
        for (int kill = 0; kill < RANDOM_KILLS; kill++) {
            String before = serves;
            String version = next();
            CompletableFuture<?> upgrade = upgrade(lab.jar(PLUGIN, version));
            Poll.pause(Duration.ofNanos(random.nextLong(takes)));
            KILLS.put(version, "");
            killAndCheck();
            upgrade.handle((job, failure) -> job).get();
            assertThat(serves).isIn(before, version);
        }
    }

    private static CompletableFuture<JsonNode> upgrade(Path jar) throws IOException {
        OperatorClient operator = lab.operator();
        return CompletableFuture.supplyAsync(() -> {
            try {
                return operator.upgrade(PLUGIN, jar, Canary.NONE, false);
            } catch (IOException | InterruptedException killed) {
                return null;
            }
        });
    }

    @Test
    @Order(6)
    void oldJarLeftInDeploy_doesNotComeBack() throws Exception {
        Path deploy = instance.server().karaf().resolve("deploy");
        Path retired = instance.server().karaf().resolve("retired");
        String old = next();
        Path left = deploy.resolve("left.jar");
        KillLab.move(lab.jar(PLUGIN, old), left);
        Instance.await(
                "it serves",
                () -> lab.operator().plugin(PLUGIN).path("desired").asText().equals(old));
        // Nothing can be moved to there, as when the server is killed before it comes to that.
        Files.writeString(retired, "in the way");
        String version = next();
        Instance.await(
                "no job is under way",
                () -> lab.operator().plugin(PLUGIN).path("job").isEmpty());
        lab.install(PLUGIN, lab.jar(PLUGIN, version));
        assertThat(left).exists();
        instance.server().kill9();
        Files.delete(retired);
        startAndCheck();
        assertThat(serves).isEqualTo(version);
        Instance.await("it is moved away", () -> !Files.exists(left));
        assertThat(lab.assertOne(PLUGIN, KillLab.bundle(PLUGIN))).isEqualTo(version);
    }

    @Test
    @Order(7)
    void cleanStart_restoresWhatWasPromoted() throws Exception {
        String before = serves;
        instance.server().kill9();
        Instance.clear(instance.server().karaf().resolve("data"));
        startAndCheck();
        lab.awaitInstalled();
        assertThat(serves).isEqualTo(before);
    }

    /** The plugin came with a feature of the distribution, which Karaf would complete whenever it installs another one. */
    @Test
    @Order(8)
    void rollback_thenAnyFeature_thenKill_leavesTheVersionThatWasBroughtBack() throws Exception {
        String plugin = "task-coordination";
        String bundle = "io.skep.plugin.coordination";
        Path shipped = PluginJars.shipped(instance.server().karaf(), bundle);
        String first = PluginJars.version(shipped);
        lab.install(plugin, lab.variant(shipped, plugin, "9.2.0", Map.of()));
        installFeature("first");
        assertThat(lab.assertOne(plugin, bundle)).isEqualTo("9.2.0");
        OperatorClient operator = lab.operator();
        JsonNode back = operator.end(operator.rollback(plugin), Instance.SOON);
        assertThat(back.path("outcome").asText()).as(back.toString()).isEqualTo("promoted");
        installFeature("second");
        assertThat(lab.assertOne(plugin, bundle)).isEqualTo(first);
        killAndCheck();
        assertThat(lab.assertOne(plugin, bundle)).isEqualTo(first);
    }

    /** Installs a feature that brings another plugin. */
    private static void installFeature(String name) throws Exception {
        Path jar = lab.jar("kill-" + name, "1.0.0");
        Path file = jar.resolveSibling(name + ".xml");
        Files.writeString(
                file,
                "<features name='" + name + "' xmlns='http://karaf.apache.org/xmlns/features/v1.6.0'><feature name='"
                        + name + "' version='1.0.0'><bundle>" + jar.toUri() + "</bundle></feature></features>");
        instance.shell("feature:repo-add " + file.toUri());
        instance.shell("feature:install " + name);
        Instance.await("it serves", () -> lab.operator().plugins().toString().contains("kill-" + name));
    }

    /** Says in which phase each kill came, as far as the durable events tell. */
    @Test
    @Order(9)
    void killsCame_inEveryPhaseThatTakesAWhile() throws Exception {
        String last = next();
        lab.install(PLUGIN, lab.jar(PLUGIN, last));
        Map<String, String> reached = new HashMap<>();
        try (EventReader events = lab.client().events("start")) {
            CompletableFuture.runAsync(() -> PhaseEvents.read(events, PLUGIN, last, reached))
                    .get(60, TimeUnit.SECONDS);
        }
        Map<String, Integer> count = new TreeMap<>();
        KILLS.forEach((version, meant) -> count.merge(
                meant.isEmpty() ? reached.getOrDefault(version, "before the first") : meant, 1, Integer::sum));
        System.out.println("kills by phase: " + count);
        assertThat(count)
                .containsKeys(
                        "check",
                        "install",
                        "start",
                        "initialise",
                        "health",
                        "warm-up",
                        "canary",
                        "promote",
                        "drain",
                        "stop");
    }

    private static boolean hasPart(Path directory) throws IOException {
        return KillLab.names(directory).stream().anyMatch(name -> name.endsWith(".part"));
    }
}
