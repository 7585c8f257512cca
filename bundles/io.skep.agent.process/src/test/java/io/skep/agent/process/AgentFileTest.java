// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.agent.AgentService;
import io.skep.api.payload.PayloadService;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskSpec;
import io.skep.testkit.FakePayloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Files that come, change and go, in a framework with the services that Karaf has for them. */
class AgentFileTest {
    private static final List<String> BUNDLES = List.of(
            "org.osgi.util.function.Function",
            "org.osgi.util.promise.Promise",
            "org.osgi.service.component.ComponentContext",
            "org.apache.felix.cm.impl.ConfigurationManager",
            "org.apache.felix.scr.impl.Activator",
            "org.apache.felix.fileinstall.internal.FileInstall");

    private static final String PACKAGES = "io.skep.api;version=1.0,io.skep.api.agent;version=1.3,"
            + "io.skep.api.payload;version=1.0,io.skep.api.task;version=1.2,com.fasterxml.jackson.core;version=2.22,org.slf4j;version=1.7.36";

    @TempDir
    Path base;

    private final FakeCore core = new FakeCore();
    private Framework framework;
    private Bundle bundle;
    private Path log;

    @BeforeEach
    void start() throws Exception {
        log = Path.of("target/test.log");
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, base.resolve("cache").toString());
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, PACKAGES);
        properties.put("karaf.base", base.toString());
        properties.put(
                "felix.fileinstall.dir",
                Files.createDirectory(base.resolve("etc")).toString());
        properties.put("felix.fileinstall.poll", "100");
        properties.put("felix.fileinstall.filter", ".*\\.(cfg|config)");
        properties.put("felix.fileinstall.log.level", "0");
        // Else it writes each file back after reading it, and an edit made meanwhile is lost or read half.
        properties.put("felix.fileinstall.enableConfigSave", "false");
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(properties);
        framework.start();
        framework.getBundleContext().registerService(AgentService.class, core, null);
        framework.getBundleContext().registerService(AttemptService.class, core, null);
        framework.getBundleContext().registerService(PayloadService.class, new FakePayloads(base), null);
        for (String type : BUNDLES) {
            install(Class.forName(type));
        }
        bundle = install(ProcessAgent.class);
    }

    private Bundle install(Class<?> type) throws BundleException {
        String location =
                "reference:" + type.getProtectionDomain().getCodeSource().getLocation();
        Bundle installed = framework.getBundleContext().installBundle(location);
        installed.start();
        return installed;
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(Bench.PATIENCE.toMillis());
    }

    /** Replaces the file at once, as an editor does. */
    private void write(String name, String... lines) throws IOException {
        Path next = Files.write(base.resolve("next"), List.of(lines));
        Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(String name) {
        return base.resolve("etc/io.skep.agent.process-" + name + ".cfg");
    }

    private void awaitAgent(String id, int slots) {
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(core.specs.get(id))
                        .isNotNull()
                        .satisfies(spec -> assertThat(spec.slots()).isEqualTo(slots)));
    }

    private void awaitLog(String line) {
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(log).content().contains(line));
    }

    private FakeCore.Outcome outcome(AttemptRef attempt) throws Exception {
        return core.outcome(attempt).get(Bench.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void file_addsChangesAndRemovesItsAgent() throws Exception {
        write("a", "skills = s", "skill.s.name = Ess", "slots = 2", "command = sh -c 'echo $MODE'", "env.MODE = one");
        awaitAgent("a", 2);
        assertThat(core.specs.get("a").skills().get(0).name()).isEqualTo("Ess");
        assertThat(outcome(core.assign("a", "001", TaskSpec.of("x").build())).result())
                .isEqualTo("\"one\"");
        write("a", "slots = 3", "command = sh -c 'echo $MODE'", "env.MODE = two");
        awaitAgent("a", 3);
        assertThat(outcome(core.assign("a", "002", TaskSpec.of("x").build())).result())
                .isEqualTo("\"two\"");
        Files.delete(file("a"));
        await().atMost(Bench.PATIENCE).until(() -> core.said.contains("remove a"));
        assertThat(core.said).containsOnlyOnce("held a").contains("drain a").doesNotContain("disconnect a");
    }

    @Test
    void wrongValue_isRefusedInOneLine_andTheLastGoodHolds() throws Exception {
        write("b", "slots = 2", "command = cat");
        awaitAgent("b", 2);
        write("b", "slots = -7", "command = cat");
        awaitLog("io.skep.agent.process-b.cfg: slots = -7: not within 1 and 10000; agent b stays as it was");
        write("b");
        awaitLog("io.skep.agent.process-b.cfg: command = : it is missing or empty; agent b stays as it was");
        assertThat(core.specs.get("b").slots()).isEqualTo(2);
        write("b", "slots = 4", "command = cat", "tiemout.millis = 5");
        awaitAgent("b", 4);
        awaitLog("io.skep.agent.process-b.cfg: [tiemout.millis] mean nothing here");
        assertThat(Files.readAllLines(log).stream().filter(line -> line.contains("slots = -7")))
                .hasSize(1);
        assertThat(core.said).doesNotContain("drain b", "remove b");
    }

    @Test
    void wrongFile_addsNoAgent_untilItIsRight() throws Exception {
        write("c", "slots = 2");
        awaitLog("io.skep.agent.process-c.cfg: command = : it is missing or empty; no agent is added");
        Files.createFile(file("d"));
        Files.createDirectory(base.resolve("work"));
        Files.createFile(base.resolve("work/e"));
        write("e", "command = cat");
        awaitLog("io.skep.agent.process-e.cfg: directory = " + base.resolve("work/e") + ": cannot be made: ");
        Files.delete(file("e"));
        assertThat(core.said).isEmpty();
        write("c", "slots = 2", "command = cat");
        awaitAgent("c", 2);
        assertThat(core.specs).containsOnlyKeys("c");
    }

    @Test
    void changedId_removesTheOldAgent() throws Exception {
        write("f", "id = one", "command = cat");
        awaitAgent("one", 1);
        write("f", "id = two", "command = cat");
        awaitAgent("two", 1);
        await().atMost(Bench.PATIENCE).until(() -> core.said.contains("remove one"));
    }

    @Test
    void fileOfSeveral_isAGroup_thatEveryScalerOfThisServerFinds() throws Exception {
        write("g", "instances.min = 2", "instances.max = 4", "skills = s", "command = cat");
        awaitAgent("g-1", 1);
        awaitAgent("g-2", 1);
        var scaler =
                framework.getBundleContext().getAllServiceReferences(io.skep.api.agent.Scaler.class.getName(), null);
        assertThat(scaler).isNotNull();
        write("g", "instances.min = 3", "instances.max = 4", "slots = 2", "command = cat");
        awaitAgent("g-1", 2);
        awaitAgent("g-3", 2);
        write("g", "command = cat");
        awaitAgent("g", 1);
        await().atMost(Bench.PATIENCE)
                .until(() -> core.said.containsAll(List.of("remove g-1", "remove g-2", "remove g-3")));
        write("g", "instances.min = 5", "instances.max = 4", "command = cat");
        awaitLog("io.skep.agent.process-g.cfg: instances.min = 5: more than instances.max, which is 4; agent g stays");
        Files.delete(file("g"));
        await().atMost(Bench.PATIENCE).until(() -> core.said.contains("remove g"));
    }

    @Test
    void stoppedBundle_interruptsAGroupToo_andFindsItAgain() throws Exception {
        write("i", "instances.min = 0", "instances.max = 4", "command = cat");
        core.specs.put("i-3", io.skep.api.agent.AgentSpec.of("i-3", 1));
        bundle.stop();
        bundle.start();
        awaitAgent("i-3", 1);
        await().atMost(Bench.PATIENCE).until(() -> core.said.contains("connect i-3"));
        bundle.stop();
        assertThat(core.said).contains("disconnect i-3").doesNotContain("drain i-3", "remove i-3");
    }

    @Test
    void stoppedBundle_interruptsAndDisconnects_butRemovesNothing() throws Exception {
        write("g", "command = sh -c 'echo $$ > pid; sleep 300'");
        awaitAgent("g", 1);
        AttemptRef attempt = core.assign("g", "003", TaskSpec.of("x").build());
        Path pid = base.resolve("work/g/pid");
        await().atMost(Bench.PATIENCE)
                .until(() -> Files.exists(pid) && Files.readString(pid).endsWith("\n"));
        bundle.stop();
        assertThat(outcome(attempt).end()).isEqualTo(AttemptEnd.INTERRUPTED);
        assertThat(Bench.isAlive(Long.parseLong(Files.readString(pid).trim()))).isFalse();
        assertThat(core.said).contains("disconnect g").doesNotContain("drain g", "remove g");
        bundle.start();
        awaitAgent("g", 1);
        await().atMost(Bench.PATIENCE)
                .until(() -> core.said.stream().filter("connect g"::equals).count() == 2);
    }

    @Test
    void wrongValueOfTheBundle_leavesTheDefault() throws Exception {
        Files.write(base.resolve("etc/io.skep.agent.process.supervisor.cfg"), List.of("forgotten.after.millis = -1"));
        bundle.stop();
        await().atMost(Bench.PATIENCE).until(() -> {
            bundle.start();
            bundle.stop();
            return Files.readString(log)
                    .contains("io.skep.agent.process.supervisor: forgotten.after.millis = -1: not within 0 and 600000");
        });
        bundle.start();
        write("h", "command = cat");
        awaitAgent("h", 1);
    }
}
