// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.CapabilityAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Every fault of a plugin, as the new version and as the running one: its users' calls go on, and the reason is seen. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FaultSwapIT {
    private static final Canary HALF = new Canary(50, 60, Duration.ofSeconds(60));
    private static final String PHASE_MILLIS = "8000";
    private static final int USERS = 3;
    /** More than have to fail, or be late, for a quarantine. */
    private static final int MANY_USERS = 6;

    private static final int SOME = 60;

    private PluginLab lab;

    @Configuration
    public Option[] configuration() {
        return Container.of("faultswap", Container.setting("io.skep.core", "phase.millis", PHASE_MILLIS));
    }

    @Before
    public void open() throws Exception {
        lab = new PluginLab();
    }

    /** The faults that show soon, with a word of the reason. */
    private static Map<String, String> quick() {
        Map<String, String> faults = new LinkedHashMap<>();
        faults.put("fails-activate", "activat");
        faults.put("fails-initialise", "told to fail");
        faults.put("unhealthy", "told to be unhealthy");
        faults.put("throws-in-health", "told to throw");
        faults.put("throws", "");
        faults.put("overflows", "");
        faults.put("missing-class", "");
        faults.put("wrong-10", "failed");
        faults.put("slow", "that of the old version");
        return faults;
    }

    @Test
    public void badNewVersion_isRolledBack_withTheReason_andUsersDoNotNotice() throws Exception {
        lab.install("lab-new", "1.0.0", "Skep-Work-Millis", "5");
        int number = 0;
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-new"), USERS)) {
            callers.await(2 * SOME);
            for (Map.Entry<String, String> fault : quick().entrySet()) {
                assertRolledBack("lab-new", "1.1." + number++, fault.getKey(), fault.getValue());
            }
            callers.assertNoneFailed();
        }
        assertEquals("1.0.0", lab.call("lab-new").version());
        assertTrue(lab.history("lab-new"), lab.history("lab-new").contains("rolled-back"));
    }

    @Test
    public void newVersionThatHangs_isRolledBack_andUsersDoNotNotice() throws Exception {
        lab.install("lab-hang", "1.0.0");
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-hang"), USERS)) {
            callers.await(SOME);
            assertRolledBack("lab-hang", "1.1.0", "hangs", "");
            assertRolledBack("lab-hang", "1.1.1", "never-ends", "");
            assertRolledBack("lab-hang", "1.1.2", "hangs-activate", "activation took longer");
            assertRolledBack("lab-hang", "1.1.3", "hangs-initialise", "initialise took longer");
            callers.await(SOME);
            callers.assertNoneFailed();
        }
    }

    private void assertRolledBack(String plugin, String version, String fault, String reason) throws Exception {
        JsonNode job = lab.operator()
                .upgradeAndWait(
                        plugin,
                        lab.jar(
                                plugin,
                                version,
                                "Skep-Fault",
                                fault,
                                "Skep-Work-Millis",
                                "5",
                                "Skep-Fault-Millis",
                                "60"),
                        HALF,
                        PluginLab.LONG);
        String said = fault + ": " + job;
        assertEquals(said, "rolled-back", job.path("outcome").asText());
        assertFalse(said, job.path("reason").asText().isBlank());
        assertTrue(said, job.path("reason").asText().contains(reason));
        assertEquals(said, "1.0.0", PluginLab.version(lab.serving(plugin)));
    }

    @Test
    public void newVersionThatHangsInItsEnd_delaysNobody() throws Exception {
        lab.install("lab-end", "1.0.0", "Skep-Fault", "hangs-deactivate");
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-end"), USERS)) {
            callers.await(SOME);
            lab.operator().upgrade("lab-end", lab.jar("lab-end", "1.1.0"), Canary.NONE, false);
            Instance.eventually(callers::versions, versions -> versions.contains("1.1.0"));
            callers.await(SOME);
            callers.assertNoneFailed();
        } finally {
            // Else the container could not stop.
            System.setProperty("skep.fault.release", "true");
        }
    }

    @Test
    public void versionThatLeaks_isNamedInTheLog_whenItGoes() throws Exception {
        lab.install("lab-leak", "1.0.0");
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-leak"), USERS)) {
            callers.await(SOME);
            lab.install("lab-leak", "1.1.0", "Skep-Fault", "leaks");
            callers.await(SOME);
            lab.install("lab-leak", "1.2.0");
            callers.assertNoneFailed();
        }
        Path log = lab.instance().base().resolve("data/log/skep.log");
        List<String> warnings = Instance.eventually(
                () -> Files.readAllLines(log).stream()
                        .filter(line -> line.contains("WARN") && line.contains("fault-plugin-leak"))
                        .toList(),
                lines -> !lines.isEmpty());
        assertTrue(warnings.toString(), warnings.get(0).contains("plugin lab-leak 1.1.0"));
    }

    @Test
    public void runningVersionThatGoesBad_isQuarantined_andTheOneBeforeServes() throws Exception {
        lab.install("lab-neighbour", "1.0.0");
        for (String fault : new String[] {"throws", "overflows", "missing-class"}) {
            String plugin = "lab-run-" + fault;
            lab.install(plugin, "1.0.0");
            lab.install(plugin, "1.1.0");
            lab.become(plugin, fault);
            Instance.eventually(() -> lab.call(plugin).version(), "1.0.0"::equals);
            assertTrue(lab.history(plugin), lab.history(plugin).contains("quarantined"));
            assertEquals(200, lab.call("lab-neighbour").status());
        }
        assertEquals(200, lab.instance().get("/health/ready").statusCode());
    }

    @Test
    public void runningVersionWhoseCallsAreLate_isQuarantined_andTheOneBeforeServes() throws Exception {
        for (String fault : new String[] {"hangs", "never-ends", "slow"}) {
            String plugin = "lab-late-" + fault;
            lab.install(plugin, "1.0.0");
            lab.install(plugin, "1.1.0", "Skep-Fault-Millis", "900");
            lab.become(plugin, fault);
            try (Callers callers = Callers.begin(lab.client(), lab.echo(plugin), MANY_USERS)) {
                Instance.eventually(callers::versions, versions -> versions.contains("1.0.0"));
            }
            try (Callers callers = Callers.begin(lab.client(), lab.echo(plugin), USERS)) {
                callers.await(SOME);
                callers.assertNoneFailed();
            }
            assertTrue(lab.history(plugin), lab.history(plugin).contains("quarantined"));
            assertTrue(lab.instance().shell("plugin:show " + plugin).text().contains("quarantined"));
        }
        assertEquals(200, lab.instance().get("/health/ready").statusCode());
    }

    @Test
    public void runningVersionThatIsUnwell_saysSo_andItsCallsGoOn() throws Exception {
        lab.install("lab-unwell", "1.0.0");
        assertEquals(0, lab.instance().shell("plugin:health lab-unwell").status());
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-unwell"), USERS)) {
            lab.become("lab-unwell", "unhealthy");
            callers.await(SOME);
            Instance.Answer unwell = lab.instance().shell("plugin:health lab-unwell");
            assertEquals(unwell.text(), 1, unwell.status());
            assertTrue(unwell.text(), unwell.text().contains("told to be unhealthy"));
            lab.become("lab-unwell", "none");
            assertEquals(0, lab.instance().shell("plugin:health lab-unwell").status());
            callers.assertNoneFailed();
        }
    }

    @Test
    public void runningVersionThatFailsNowAndThen_servesOn_andItsErrorsAreCounted() throws Exception {
        lab.install("lab-tenth", "1.0.0");
        lab.become("lab-tenth", "wrong-10");
        int failed = 0;
        for (int i = 0; i < SOME; i++) {
            CapabilityAnswer answer = lab.call("lab-tenth");
            assertTrue(answer.toString(), answer.status() == 200 || answer.status() == 502);
            failed += answer.status() == 502 ? 1 : 0;
        }
        assertEquals(SOME / 10, failed);
        assertEquals(SOME / 10, lab.serving("lab-tenth").path("errors").asInt());
        assertEquals(200, lab.instance().get("/health/ready").statusCode());
    }

    @Test
    public void onlyVersionThatGoesBad_isQuarantined_andServesAgainWhenItIsWell() throws Exception {
        lab.install("lab-only", "1.0.0", "Skep-Fault-Millis", "4000");
        lab.become("lab-only", "throws-a-while");
        JsonNode quarantined = Instance.eventually(
                () -> {
                    lab.call("lab-only");
                    return lab.inState("lab-only", "quarantined");
                },
                status -> !status.isMissingNode());
        assertTrue(quarantined.toString(), quarantined.path("cause").asText().contains("told to throw"));
        assertEquals(503, lab.call("lab-only").status());
        assertTrue(lab.instance().shell("plugin:list --no-format").text().contains("quarantined"));
        assertEquals(200, lab.instance().get("/health/ready").statusCode());
        Instance.eventually(() -> lab.call("lab-only").status(), status -> status == 200);
    }
}
