// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.EventReader;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Versions brought in beside the one that serves, as operators do it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapIT {
    private static final Canary HALF = new Canary(50, 40, Duration.ofSeconds(60));
    private static final int USERS = 3;
    private static final int SOME = 50;
    private static final int MAX_JAR_BYTES = 1 << 20;

    @Inject
    private BundleContext context;

    private PluginLab lab;

    @Configuration
    public Option[] configuration() {
        return Container.of(
                "swap", Container.setting("io.skep.http", "max.jar.bytes", Integer.toString(MAX_JAR_BYTES)));
    }

    @Before
    public void open() throws Exception {
        lab = new PluginLab();
    }

    @Test
    public void equalVersion_isPromoted_underLoad_withItsState() throws Exception {
        Path first =
                PluginJars.variant(PluginLab.sampleJar(), lab.file("sample-1.jar"), Map.of("Bundle-Version", "1.0.0"));
        Path second = PluginJars.variant(
                PluginLab.sampleJar(),
                lab.file("sample-2.jar"),
                Map.of("Bundle-Version", "1.1.0", "Skep-Sample-Schema", "2"));
        lab.install("sample", first);
        CapabilityCall echo =
                CapabilityCall.of("sample_echo", SkepClient.object().put("text", "hello"));
        JsonNode job;
        try (Callers callers = Callers.begin(lab.client(), echo, USERS)) {
            callers.await(2 * SOME + SOME);
            job = lab.operator().upgradeAndWait("sample", second, HALF, PluginLab.LONG);
            callers.await(SOME);
            callers.assertNoneFailed();
            assertEquals(Set.of("1.0.0", "1.1.0"), callers.versions());
        }
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        assertEquals("1.0.0", job.path("from").asText());
        assertTrue(phases(job).containsAll(Set.of("install", "warm-up", "canary", "promote", "drain", "stop")));
        CapabilityAnswer count = lab.client()
                .call(CapabilityCall.of("sample_echo", SkepClient.object()).operation("count"));
        assertTrue(count.toString(), count.data().path("echoes").asInt() >= 2 * SOME);
        assertEquals(2, count.data().path("schema").asInt());
        JsonNode detail = lab.operator().plugin("sample");
        assertEquals("1.1.0", detail.path("desired").asText());
        assertTrue(detail.toString(), detail.path("history").toString().contains("promoted"));
        assertTrue(lab.instance().shell("plugin:show sample").text().contains("1.1.0"));
        assertEvent("sample", "promoted");
        lab.operator().end(lab.operator().remove("sample"), PluginLab.LONG);
    }

    private static Set<String> phases(JsonNode job) {
        return StreamSupport.stream(job.path("phases").spliterator(), false)
                .map(step -> step.path("phase").asText())
                .collect(Collectors.toSet());
    }

    private void assertEvent(String plugin, String type) throws Exception {
        try (EventReader events = lab.client().events("start")) {
            CompletableFuture<Boolean> found = CompletableFuture.supplyAsync(() -> find(events, plugin, type));
            assertTrue(found.get(60, TimeUnit.SECONDS));
        }
    }

    private static boolean find(EventReader events, String plugin, String type) {
        try {
            for (Optional<JsonNode> event = events.next(); event.isPresent(); event = events.next()) {
                if (event.get().path("subject").asText().equals(plugin)
                        && event.get().path("type").asText().equals("plugin." + type)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void badJar_isRefused_withTheReason_andNothingChanges() throws Exception {
        lab.install("lab-bad", "1.0.0");
        long newest = newestBundle();
        for (Map.Entry<Path, String> bad : new BadJars(lab, "lab-bad").all().entrySet()) {
            ProblemException refusal = assertThrows(
                    bad.getKey().toString(),
                    ProblemException.class,
                    () -> lab.operator().upgrade("lab-bad", bad.getKey(), Canary.NONE, false));
            assertEquals(refusal.getMessage(), 400, refusal.status());
            assertEquals(refusal.getMessage(), Optional.of("jar"), refusal.field());
            assertTrue(refusal.getMessage(), refusal.getMessage().contains(bad.getValue()));
        }
        assertEquals(newest, newestBundle());
        assertEquals("1.0.0", lab.call("lab-bad").version());
        assertTrue(lab.operator().plugin("lab-bad").path("job").isEmpty());
    }

    @Test
    public void jarOverTheLimit_isRefused_namingTheLimit() throws Exception {
        Path large = Files.write(lab.file("large.jar"), new byte[MAX_JAR_BYTES + 1]);
        ProblemException refusal = assertThrows(
                ProblemException.class, () -> lab.operator().upgrade("lab-large", large, Canary.NONE, false));
        assertEquals(refusal.getMessage(), 413, refusal.status());
        assertTrue(refusal.getMessage(), refusal.getMessage().contains(Integer.toString(MAX_JAR_BYTES)));
    }

    /** Bundles of other tests may still go meanwhile, but none comes. */
    private long newestBundle() {
        return Arrays.stream(context.getBundles())
                .mapToLong(Bundle::getBundleId)
                .max()
                .orElseThrow();
    }

    @Test
    public void dryRun_saysWhatWouldHappen_andChangesNothing() throws Exception {
        lab.install("lab-dry", "1.0.0");
        JsonNode plan = lab.operator().upgrade("lab-dry", lab.jar("lab-dry", "1.1.0"), HALF, true);
        assertEquals(plan.toString(), "checked", plan.path("outcome").asText());
        assertTrue(plan.toString(), plan.path("reason").asText().contains("1.0.0"));
        assertEquals("1.0.0", lab.call("lab-dry").version());
    }

    @Test
    public void secondUpgradeAtOnce_isAConflict_andAFlagStillTakesEffect() throws Exception {
        lab.install("lab-two", "1.0.0");
        JsonNode first = lab.operator()
                .upgrade(
                        "lab-two",
                        lab.jar("lab-two", "1.1.0"),
                        new Canary(10, 1_000_000, Duration.ofSeconds(15)),
                        false);
        assertConflict(first, () -> lab.operator().upgrade("lab-two", lab.jar("lab-two", "1.2.0"), Canary.NONE, false));
        assertEquals(409, status(() -> lab.operator().rollback("lab-two")));
        awaitPhase(first, "canary");
        lab.operator().setFlag("lab_two", "off");
        assertEquals(503, lab.call("lab-two").status());
        lab.operator().setFlag("lab_two", "tenant:acme");
        assertEquals(503, lab.call("lab-two").status());
        assertEquals(200, lab.client().call(lab.echo("lab-two").tenant("acme")).status());
        lab.operator().setFlag("lab_two", "on");
        assertEquals(200, lab.call("lab-two").status());
        JsonNode meanwhile = lab.operator().job(first.path("id").asText(), Duration.ZERO);
        assertEquals("running", meanwhile.path("outcome").asText());
        JsonNode job = lab.operator().end(first, PluginLab.LONG);
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        assertEquals("1.1.0", lab.call("lab-two").version());
    }

    private static void assertConflict(JsonNode job, ThrowingRunnable call) {
        ProblemException refusal = assertThrows(ProblemException.class, call);
        assertEquals(refusal.getMessage(), 409, refusal.status());
        assertTrue(
                refusal.getMessage(),
                refusal.getMessage().contains(job.path("id").asText()));
    }

    private void awaitPhase(JsonNode job, String phase) throws Exception {
        String id = job.path("id").asText();
        Instance.eventually(
                () -> lab.operator().job(id, Duration.ZERO), now -> phases(now).contains(phase));
    }

    @Test
    public void upgradeDuringADrain_isAConflict_andTheCallInFlightEnds() throws Exception {
        lab.install("lab-drain", "1.0.0", "Skep-Act-Millis", "3000");
        CompletableFuture<CapabilityAnswer> inFlight = lab.client().callAsync(lab.act("lab-drain"));
        Instance.eventually(() -> lab.serving("lab-drain").path("inFlight").asInt(), calls -> calls > 0);
        JsonNode first = lab.operator().upgrade("lab-drain", lab.jar("lab-drain", "1.1.0"), Canary.NONE, false);
        Path next = lab.jar("lab-drain", "1.2.0");
        awaitPhase(first, "drain");
        assertConflict(first, () -> lab.operator().upgrade("lab-drain", next, Canary.NONE, false));
        assertEquals("1.0.0", inFlight.get(60, TimeUnit.SECONDS).version());
        JsonNode job = lab.operator().end(first, PluginLab.LONG);
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        assertEquals("1.1.0", lab.call("lab-drain").version());
    }

    @Test
    public void rollback_bringsTheVersionBeforeBack() throws Exception {
        lab.install("lab-back", "1.0.0");
        assertEquals(
                409,
                assertThrows(ProblemException.class, () -> lab.operator().rollback("lab-back"))
                        .status());
        lab.install("lab-back", "1.1.0");
        try (Callers callers = Callers.begin(lab.client(), lab.echo("lab-back"), USERS)) {
            callers.await(SOME);
            JsonNode job = lab.operator().end(lab.operator().rollback("lab-back"), PluginLab.LONG);
            assertEquals(job.toString(), "promoted", job.path("outcome").asText());
            assertEquals("rollback", job.path("kind").asText());
            callers.await(SOME);
            callers.assertNoneFailed();
        }
        assertEquals("1.0.0", lab.call("lab-back").version());
        lab.install("lab-back", "0.9.0");
        assertEquals("0.9.0", lab.call("lab-back").version());
    }

    @Test
    public void callThatUpgradesItsOwnPlugin_isAnswered_andTheUpgradeGoesOn() throws Exception {
        lab.install("lab-self", "1.0.0");
        CapabilityAnswer begun = lab.client().call(upgradeCall("upgrade", lab.jar("lab-self", "1.1.0")));
        assertEquals(begun.toString(), 200, begun.status());
        JsonNode job = lab.operator()
                .end(lab.operator().job(begun.data().path("job").asText(), Duration.ZERO), PluginLab.LONG);
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        assertEquals("1.1.0", lab.call("lab-self").version());
    }

    @Test
    public void callThatWaitsForItsOwnUpgrade_timesOut_andTheUpgradeGoesOn() throws Exception {
        lab.install("lab-wait", "1.0.0");
        CapabilityAnswer begun = lab.client().call(upgradeCall("upgrade-and-wait", lab.jar("lab-wait", "1.1.0")));
        assertEquals(begun.toString(), 504, begun.status());
        Instance.eventually(() -> PluginLab.version(lab.serving("lab-wait")), "1.1.0"::equals);
    }

    private static CapabilityCall upgradeCall(String operation, Path jar) {
        String plugin = jar.getFileName().toString().replaceFirst("-\\d.*", "");
        return CapabilityCall.of(
                        PluginLab.capability(plugin), SkepClient.object().put("jar", jar.toString()))
                .operation(operation);
    }

    @Test
    public void lastGeneration_removedUnderLoad_endsItsCalls_andIsGone() throws Exception {
        lab.install("lab-last", "1.0.0", "Skep-Act-Millis", "2000");
        CompletableFuture<CapabilityAnswer> inFlight = lab.client().callAsync(lab.act("lab-last"));
        Instance.eventually(() -> lab.serving("lab-last").path("inFlight").asInt(), calls -> calls > 0);
        JsonNode job = lab.operator().end(lab.operator().remove("lab-last"), PluginLab.LONG);
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        assertEquals(200, inFlight.get(60, TimeUnit.SECONDS).status());
        CapabilityAnswer gone = lab.call("lab-last");
        assertEquals(gone.toString(), 503, gone.status());
        assertTrue(lab.serving("lab-last").isMissingNode());
    }

    @Test
    public void shell_upgradesAndRollsBack_withItsStatus() throws Exception {
        lab.install("lab-shell", "1.0.0");
        Instance.Answer good = shell("plugin:upgrade --canary-seconds 0 lab-shell " + lab.jar("lab-shell", "1.1.0"));
        assertEquals(good.text(), 0, good.status());
        assertTrue(good.text(), good.text().contains("warm-up"));
        Instance.Answer bad = shell("plugin:upgrade --canary-seconds 0 lab-shell "
                + lab.jar("lab-shell", "1.2.0", "Skep-Fault", "fails-initialise"));
        assertEquals(bad.text(), 1, bad.status());
        assertTrue(bad.text(), bad.text().contains("told to fail"));
        assertTrue(shell("plugin:list --no-format").text().contains("lab-shell\t1.1.0"));
        assertEquals(0, shell("plugin:rollback lab-shell").status());
        assertEquals("1.0.0", lab.call("lab-shell").version());
        assertEquals(0, shell("plugin:remove lab-shell").status());
    }

    private Instance.Answer shell(String line) throws Exception {
        return lab.instance().shell(line);
    }

    @Test
    public void onlyAnAdministrator_mayBringCodeIn() throws Exception {
        lab.install("lab-admin", "1.0.0");
        String secret = lab.client().register("lab-agent", 1).path("secret").asText();
        OperatorClient agent = lab.client().as(secret).operator();
        Path jar = lab.jar("lab-admin", "1.1.0");
        assertEquals(403, status(() -> agent.upgrade("lab-admin", jar, Canary.NONE, false)));
        assertEquals(403, status(() -> agent.rollback("lab-admin")));
        assertEquals(403, status(() -> agent.remove("lab-admin")));
        assertEquals(403, status(() -> agent.setFlag("lab_admin", "off")));
        assertEquals("1.0.0", lab.call("lab-admin").version());
    }

    private static int status(ThrowingRunnable call) {
        return assertThrows(ProblemException.class, call).status();
    }
}
