// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Files in {@code deploy/}, bundles changed in their place, and flags, while calls go on. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class InPlaceIT {
    private static final int USERS = 3;
    private static final int SOME = 50;
    private static final int TRIES = 3;
    /** Of a second, which a slow machine does not reach with each try. */
    private static final int MAX_TRIES = 10;
    /** Long enough to see a call at its work; it ends within the two seconds that a bundle waits for it. */
    private static final String WORK_MILLIS = "1200";
    /** As many as one plugin may work on at once, or fewer. */
    private static final int SEVERAL = 5;
    /** How long calls wait for somebody, as {@code park.millis} says when nothing is said. */
    private static final Duration PARK = Duration.ofSeconds(5);

    @Inject
    private BundleContext context;

    private PluginLab lab;

    @Configuration
    public Option[] configuration() {
        return Container.of("inplace");
    }

    @Before
    public void open() throws Exception {
        lab = new PluginLab();
    }

    @Test
    public void droppedJar_isCallableWithinASecond_andGoneAfterwards() throws Exception {
        Path jar = lab.deploy("lab-drop");
        Duration best = Duration.ofDays(1);
        for (int i = 0; i < TRIES || (best.toMillis() > 1000 && i < MAX_TRIES); i++) {
            Path version = lab.jar("lab-drop", "1.0." + i);
            long begin = System.nanoTime();
            PluginLab.move(version, jar);
            Instance.eventually(() -> lab.call("lab-drop").status(), status -> status == 200);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            best = took.compareTo(best) < 0 ? took : best;
            assertTrue(lab.instance()
                    .shell("capability:call lab_drop '{\"text\":\"hello\"}'")
                    .text()
                    .contains("hello"));
            Files.delete(jar);
            Instance.eventually(() -> lab.call("lab-drop").status(), status -> status == 503);
        }
        assertTrue("the best took " + best, best.toMillis() <= 1000);
    }

    @Test
    public void deletedJar_goes_afterItsCallsHaveEnded() throws Exception {
        Path jar = lab.deploy("lab-delete");
        PluginLab.move(lab.jar("lab-delete", "1.0.0", "Skep-Act-Millis", WORK_MILLIS), jar);
        Instance.eventually(() -> lab.call("lab-delete").status(), status -> status == 200);
        CompletableFuture<CapabilityAnswer> inFlight = lab.client().callAsync(lab.act("lab-delete"));
        Instance.eventually(() -> lab.serving("lab-delete").path("inFlight").asInt(), calls -> calls > 0);
        Files.delete(jar);
        assertEquals(200, inFlight.get(60, TimeUnit.SECONDS).status());
        Instance.eventually(() -> lab.call("lab-delete").status(), status -> status == 503);
    }

    @Test
    public void overwrittenJar_failsNoCall() throws Exception {
        Path jar = lab.deploy("lab-over");
        PluginLab.move(lab.jar("lab-over", "1.0.0"), jar);
        Instance.eventually(() -> lab.call("lab-over").status(), status -> status == 200);
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-over"), USERS)) {
            callers.await(SOME);
            PluginLab.move(lab.jar("lab-over", "1.1.0"), jar);
            Instance.eventually(callers::versions, versions -> versions.contains("1.1.0"));
            callers.await(SOME);
            callers.assertNoneFailed();
        }
    }

    @Test
    public void newJarBesideTheOld_failsNoCall() throws Exception {
        PluginLab.move(lab.jar("lab-beside", "1.0.0"), lab.deploy("lab-beside-1"));
        Instance.eventually(() -> lab.call("lab-beside").status(), status -> status == 200);
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-beside"), USERS)) {
            callers.await(SOME);
            PluginLab.move(lab.jar("lab-beside", "1.1.0"), lab.deploy("lab-beside-2"));
            Instance.eventually(() -> PluginLab.version(lab.serving("lab-beside")), "1.1.0"::equals);
            callers.await(SOME);
            callers.assertNoneFailed();
        }
    }

    @Test
    public void updatedStoppedAndStartedBundle_failsNoCall() throws Exception {
        lab.install("lab-update", "1.0.0");
        Bundle bundle = bundle("lab-update");
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-update"), USERS)) {
            callers.await(SOME);
            bundle.stop();
            bundle.start();
            callers.await(SOME);
            for (int i = 1; i <= TRIES; i++) {
                String version = "1.0." + i;
                try (InputStream jar = Files.newInputStream(lab.jar("lab-update", version))) {
                    bundle.update(jar);
                }
                Instance.eventually(callers::versions, versions -> versions.contains(version));
                callers.await(SOME);
            }
            callers.assertNoneFailed();
        }
    }

    private Bundle bundle(String plugin) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals(PluginLab.bundle(plugin)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void lastGeneration_uninstalledUnderLoad_endsItsCalls_parksNewOnes_andIsGone() throws Exception {
        lab.install("lab-gone", "1.0.0", "Skep-Act-Millis", WORK_MILLIS);
        List<CompletableFuture<CapabilityAnswer>> inFlight = calls("lab-gone");
        Instance.eventually(() -> lab.serving("lab-gone").path("inFlight").asInt(), calls -> calls == SEVERAL);
        long begin = System.nanoTime();
        bundle("lab-gone").uninstall();
        for (CompletableFuture<CapabilityAnswer> call : inFlight) {
            assertEquals(200, call.get(60, TimeUnit.SECONDS).status());
        }
        for (CompletableFuture<CapabilityAnswer> call : calls("lab-gone")) {
            CapabilityAnswer parked = call.get(60, TimeUnit.SECONDS);
            assertEquals(parked.toString(), 503, parked.status());
        }
        Duration gap = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue("parked until " + gap, gap.compareTo(PARK) >= 0);
        assertEquals(503, lab.call("lab-gone").status());
        assertTrue(lab.serving("lab-gone").isMissingNode());
    }

    private List<CompletableFuture<CapabilityAnswer>> calls(String plugin) {
        return Stream.generate(() -> lab.client().callAsync(lab.act(plugin)))
                .limit(SEVERAL)
                .toList();
    }

    @Test
    public void pluginsFeature_uninstalledAndInstalled_failsNoCall() throws Exception {
        CapabilityCall analyze = CapabilityCall.of("workload_analysis", SkepClient.object());
        long before = lab.client().call(analyze).generation();
        String feature = "skep-plugin-coordination";
        try (Callers callers = Callers.begin(lab.client(), analyze, USERS)) {
            callers.await(SOME);
            for (int i = 0; i < TRIES; i++) {
                Instance.Answer done =
                        lab.instance().shell("feature:uninstall " + feature + "; feature:install " + feature);
                assertEquals(done.text(), 0, done.status());
                callers.await(SOME);
            }
            callers.assertNoneFailed();
        }
        assertTrue(lab.client().call(analyze).generation() >= before + TRIES);
    }

    @Test
    public void flag_overHttp_decidesForWhom() throws Exception {
        lab.install("lab-flag", "1.0.0");
        lab.operator().setFlag("lab_flag", "off");
        assertEquals(503, lab.call("lab-flag").status());
        lab.operator().setFlag("lab_flag", "tenant:acme, agent:builder-1");
        assertEquals(503, lab.call("lab-flag").status());
        assertEquals(200, lab.client().call(lab.echo("lab-flag").tenant("acme")).status());
        assertEquals(
                200, lab.client().call(lab.echo("lab-flag").agent("builder-1")).status());
        assertEquals(
                503, lab.client().call(lab.echo("lab-flag").tenant("other")).status());
        lab.operator().setFlag("lab_flag", "50%");
        int on = 0;
        for (int i = 0; i < 100; i++) {
            CapabilityCall call = lab.echo("lab-flag").task("task-" + i);
            int status = lab.client().call(call).status();
            assertEquals("sticky", status, lab.client().call(call).status());
            on += status == 200 ? 1 : 0;
        }
        assertTrue("half of 100 is about " + on, on > 25 && on < 75);
        lab.operator().setFlag("lab_flag", "on");
        assertEquals(200, lab.call("lab-flag").status());
    }

    @Test
    public void flag_overShellAndFile_isTheSame() throws Exception {
        lab.install("lab-file", "1.0.0");
        assertEquals(0, lab.instance().shell("flag:set lab_file off").status());
        assertEquals(503, lab.call("lab-file").status());
        assertEquals("off", rule("lab_file"));
        assertTrue(lab.instance().shell("flag:list --no-format").text().contains("lab_file\toff"));
        Path file = lab.instance().etc().resolve("io.skep.flags.cfg");
        String text = Files.readString(file);
        assertTrue(text, text.contains("lab_file"));
        Path changed = Files.writeString(lab.file("flags"), text.replaceAll("(?m)^lab_file.*$", "lab_file = 100%"));
        PluginLab.move(changed, file);
        Instance.eventually(() -> lab.call("lab-file").status(), status -> status == 200);
        assertEquals(1, lab.instance().shell("flag:set lab_file sometimes").status());
    }

    private String rule(String capability) throws Exception {
        for (var flag : lab.operator().flags().path("items")) {
            if (flag.path("capability").asText().equals(capability)) {
                return flag.path("rule").asText();
            }
        }
        return "none";
    }

    @Test
    public void legacyMode_callsNoPlugin_andCoreStillDoesItsJob() throws Exception {
        lab.install("lab-legacy", "1.0.0");
        lab.operator().setFlag("legacy.mode", "on");
        try {
            assertTrue(lab.operator().flags().path("legacyMode").asBoolean());
            assertEquals(503, lab.call("lab-legacy").status());
            assertWorkIsDone();
        } finally {
            lab.operator().setFlag("legacy.mode", "off");
        }
        assertEquals(200, lab.call("lab-legacy").status());
    }

    private void assertWorkIsDone() throws Exception {
        String secret =
                lab.client().register("lab-worker", 1, "lab").path("secret").asText();
        SkepClient worker = lab.client().as(secret);
        var task = SkepClient.object().put("description", "anything");
        task.withArray("skills").add("lab");
        String id = lab.client().submit(task).path("id").asText();
        long token = worker.claim("lab-worker", 1, Duration.ofSeconds(60))
                .get(0)
                .path("token")
                .asLong();
        worker.complete(id, token, SkepClient.object());
        assertEquals("completed", lab.client().task(id).path("state").asText());
    }
}
