// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every test of the plan in its form here, on the distribution with all nine plugins; and these, as they come and go. */
class PlanValidationIT {
    private static final Duration TARGET = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(60);
    /** The machine may hold up what is timed. */
    private static final int TRIES = 5;

    /** The machine may hold up one of two uploads. */
    private static final int TRIES_TOGETHER = 10;

    private static Instance instance;
    private static SkepClient admin;
    private static NinePlugins plugins;
    private static List<Probe> probes;

    @BeforeAll
    static void start() throws Exception {
        instance = Instance.fresh("plan");
        instance.configure("io.skep.core.cfg", "park.millis = 500", "warmup.calls = 20");
        agent("validator", "Validates ledgers and accounts", 4, "validation", "echo '{\"done\":true}'");
        agent(
                "thinker",
                "Compares alternatives and names risks",
                4,
                "thought",
                "echo '{\"points\":[\"Split by invoice\"]}'");
        instance.server().start(Instance.START);
        admin = instance.server().client();
        plugins = new NinePlugins(instance.server());
        awaitAgents("validator", "thinker");
        probes = Probe.all(
                Map.of("agent", "validator", "task", completed("validation"), "key", key(), "session", session()));
    }

    private static void agent(String id, String says, int slots, String skill, String program) throws IOException {
        Path script = Files.writeString(instance.server().home().resolve(id + ".sh"), program + "\n");
        instance.configure(
                "io.skep.agent.process-" + id + ".cfg",
                "description = " + says,
                "skills = " + skill,
                "slots = " + slots,
                "command = sh " + script);
    }

    private static void awaitAgents(String... ids) throws IOException, InterruptedException {
        Instance.await(
                "there are " + List.of(ids),
                () -> admin.agents().stream()
                        .map(agent -> agent.path("id").asText())
                        .collect(Collectors.toSet())
                        .containsAll(List.of(ids)));
    }

    private static String completed(String skill) throws IOException, InterruptedException {
        JsonNode task = admin.task(submit(skill), LONG);
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
        return task.path("id").asText();
    }

    private static String submit(String skill) throws IOException, InterruptedException {
        ObjectNode task = SkepClient.object().put("description", "Validate the ledger");
        task.withArray("skills").add(skill);
        return admin.submit(task).path("id").asText();
    }

    private static String key() throws IOException, InterruptedException {
        ObjectNode key =
                SkepClient.object().put("type", "api-key").put("subject", "ada").put("kind", "human");
        key.withArray("roles").add("developer");
        return answered("oauth_auth", "issue", key).path("secret").asText();
    }

    private static String session() throws IOException, InterruptedException {
        String session = answered(
                        "session_management", "open", SkepClient.object().put("agent", "validator"))
                .at("/session/session")
                .asText();
        ObjectNode items = SkepClient.object().put("session", session);
        items.withArray("items").addObject().put("text", "The door is blue.").put("kind", "fact");
        assertThat(answered("session_management", "append", items).path("numbers"))
                .hasSize(1);
        return session;
    }

    private static JsonNode answered(String capability, String operation, JsonNode data)
            throws IOException, InterruptedException {
        CapabilityAnswer answer = admin.call(CapabilityCall.of(capability, data).operation(operation));
        assertThat(answer.status())
                .as("%s/%s: %s", capability, operation, answer.body())
                .isEqualTo(200);
        return answer.data();
    }

    @AfterAll
    static void stop() throws IOException {
        if (instance != null) {
            instance.close();
        }
    }

    @Test
    void thinkingEngine_saysWhatAnAgentThought_andInWhichTask() throws Exception {
        ObjectNode question = SkepClient.object().put("description", "complex analysis task");
        question.withArray("participants").add("thinker");
        JsonNode asked = answered("extended_thinking", "think", question);
        assertThat(asked.has("thinking_insights")).as(asked.toString()).isTrue();
        ObjectNode byId = SkepClient.object().put("id", asked.path("id").asText());
        JsonNode[] thought = {asked};
        Instance.await("it is thought about", () -> {
            thought[0] = answered("extended_thinking", "result", byId);
            return thought[0].path("state").asText().equals("done");
        });
        JsonNode point = thought[0].at("/thinking_insights/points/0");
        assertThat(point.path("text").asText()).as(thought[0].toString()).isEqualTo("Split by invoice");
        JsonNode source = admin.task(point.at("/sources/0/task").asText());
        assertThat(source.path("agent").asText()).as(source.toString()).isEqualTo("thinker");
    }

    @Test
    void slashCommand_becomesATask_thatIsDone() throws Exception {
        JsonNode answer = answered(
                "slash_commands", "execute", SkepClient.object().put("text", "/analyze --depth=high the ledger"));
        JsonNode task = admin.task(answer.path("task").asText(), LONG);
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
        assertThat(task.path("description").asText()).contains("the ledger", "Depth: high");
    }

    @Test
    void pluginRegistration_mapsItsCapabilities_untilItGoes() throws Exception {
        String plugin = "enhanced-workflow";
        CapabilityCall think = CapabilityCall.of("extended_thinking", SkepClient.object());
        plugins.remove(plugin);
        assertThat(capabilities()).doesNotContain("extended_thinking", "slash_commands", "quality_gates");
        assertThat(admin.call(think).isGone()).isTrue();
        plugins.bring(plugin);
        assertThat(capabilities()).contains("extended_thinking", "slash_commands", "quality_gates");
        assertThat(admin.call(think).plugin()).isEqualTo(plugin);
    }

    private static Set<String> capabilities() throws IOException, InterruptedException {
        return admin.capabilities().stream()
                .map(capability -> capability.path("id").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void capabilityExecution_withNothingToThinkAbout_isASuccess_andWithoutProviderGone() throws Exception {
        CapabilityAnswer answer = admin.call(
                CapabilityCall.of("extended_thinking", SkepClient.object()).agent("test"));
        assertThat(answer.body().path("success").asBoolean())
                .as(answer.toString())
                .isTrue();
        assertThat(answer.data().at("/thinking_insights/depth").asText()).isEqualTo("none");
        assertThat(admin.call(CapabilityCall.of("nobody_offers_this", SkepClient.object()))
                        .isGone())
                .isTrue();
    }

    /** The best of some tries: a pause of the machine is not what is measured. */
    @Test
    void registration_takesLessThan100Ms_onAverage() throws Exception {
        int count = 10;
        Duration best = LONG;
        for (int round = 0; round < TRIES && best.compareTo(TARGET) >= 0; round++) {
            long begun = System.nanoTime();
            for (int i = 0; i < count; i++) {
                admin.register("timed-" + i, 1, "timed");
            }
            Duration mean = Duration.ofNanos(System.nanoTime() - begun).dividedBy(count);
            best = mean.compareTo(best) < 0 ? mean : best;
            removeAgents("timed-", count);
        }
        assertThat(best).isLessThan(TARGET);
    }

    @Test
    void fiftyFiveAgents_registeredOneAfterTheOther_areAllActive() throws Exception {
        for (int i = 0; i < 55; i++) {
            admin.register("one_" + i, 1, "many");
        }
        assertThat(active("one_")).isEqualTo(55);
        removeAgents("one_", 55);
    }

    @Test
    void sixtyAgents_registeredConcurrently_areAllActive() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(60);
        try {
            List<Callable<JsonNode>> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String id = "agent_" + i;
                calls.add(() -> admin.register(id, 1, "many"));
            }
            for (Future<JsonNode> registered : callers.invokeAll(calls)) {
                assertThat(registered.get().path("secret").asText()).isNotEmpty();
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(active("agent_")).isEqualTo(60);
        removeAgents("agent_", 60);
    }

    private static long active(String prefix) throws IOException, InterruptedException {
        return admin.agents().stream()
                .filter(agent -> agent.path("id").asText().startsWith(prefix))
                .filter(agent -> agent.path("state").asText().equals("active"))
                .count();
    }

    private static void removeAgents(String prefix, int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            admin.removeAgent(prefix + i, "it was for a test");
        }
    }

    @Test
    void selection_isTheLeastLoadedAgentThatHasTheSkill() throws Exception {
        List<String> able = List.of("even-1", "even-2");
        for (String id : able) {
            agent(id, "Waits", 4, "even", "while [ ! -e ../../go ]; do sleep 0.05; done; echo '{\"done\":true}'");
        }
        awaitAgents("even-1", "even-2");
        List<String> tasks = List.of(submit("even"), submit("even"));
        List<String> agents = new ArrayList<>();
        Instance.await("both are given out", () -> {
            agents.clear();
            for (String task : tasks) {
                agents.add(admin.task(task).path("agent").asText(""));
            }
            return !agents.contains("");
        });
        Files.createFile(instance.server().karaf().resolve("go"));
        for (String task : tasks) {
            assertThat(admin.task(task, LONG).path("state").asText()).isEqualTo("completed");
        }
        for (String id : able) {
            Files.delete(instance.server().karaf().resolve("etc/io.skep.agent.process-" + id + ".cfg"));
        }
        assertThat(agents).containsExactlyInAnyOrderElementsOf(able);
    }

    @Test
    void legacyExecution_completes_withoutAnyCapability() throws Exception {
        admin.operator().setFlag("legacy.mode", "on");
        try {
            for (Probe probe : probes) {
                assertThat(probe.ask(admin).isGone()).as(probe.capability()).isTrue();
            }
            JsonNode task = admin.task(submit("validation"), LONG);
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
            assertThat(task.path("result").toString()).isEqualTo("{\"done\":true}");
        } finally {
            admin.operator().setFlag("legacy.mode", "off");
        }
    }

    /** {@code validate_epic1_phase12_success}. */
    @Test
    void all27Capabilities_ofNinePlugins_giveRealAnswers() throws Exception {
        Map<String, Set<String>> serving = plugins.serving();
        assertThat(serving.keySet()).containsExactlyElementsOf(NinePlugins.ALL.keySet());
        Set<String> all = new TreeSet<>();
        NinePlugins.ALL.forEach((plugin, offered) -> {
            assertThat(serving.get(plugin)).as(plugin).containsAll(offered.capabilities());
            all.addAll(offered.capabilities());
        });
        assertThat(all).hasSize(27);
        assertThat(capabilities()).containsAll(all);
        assertThat(probes.stream().map(Probe::capability)).containsExactlyInAnyOrderElementsOf(all);
        Map<String, CapabilityAnswer> bad = new TreeMap<>();
        for (Probe probe : probes) {
            boolean good = Poll.until(
                    () -> {
                        CapabilityAnswer answer = probe.ask(admin);
                        bad.put(probe.capability(), answer);
                        return probe.isGood(answer);
                    },
                    probe.lags() ? Instance.SOON : Duration.ZERO,
                    Instance.OFTEN);
            if (good) {
                bad.remove(probe.capability());
            }
        }
        assertThat(bad).isEmpty();
    }

    @Test
    void eachPlugin_goesAndComesBack_whileTheRestWork() throws Exception {
        try (SteadyWork work = SteadyWork.begin(admin, probes)) {
            for (String plugin : NinePlugins.ALL.keySet()) {
                Map<String, Long> before = plugins.generations();
                work.mayMiss(plugin);
                plugins.remove(plugin);
                work.awaitAnswers(plugin);
                Map<String, Long> without = plugins.generations();
                plugins.bring(plugin);
                work.awaitAnswers("");
                work.mayMiss("");
                before.remove(plugin);
                assertThat(without).as("without " + plugin).isEqualTo(before);
                assertThat(instance.server().isReady()).isTrue();
            }
            work.assertAllWell();
        }
    }

    @Test
    void everyPairOfPlugins_swappedAtTheSameTime_failsNoCallAndNoTask() throws Exception {
        List<String> names = List.copyOf(NinePlugins.ALL.keySet());
        int pairs = 0;
        try (SteadyWork work = SteadyWork.begin(admin, probes)) {
            for (int i = 0; i < names.size(); i++) {
                for (int j = i + 1; j < names.size(); j++) {
                    swapTogether(names.get(i), names.get(j));
                    pairs++;
                }
            }
            work.awaitAnswers("");
            work.assertAllWell();
        }
        assertThat(pairs).isEqualTo(36);
        assertThat(plugins.serving().keySet()).containsExactlyElementsOf(names);
        assertThat(instance.server().isReady()).isTrue();
    }

    private static void swapTogether(String one, String other) throws IOException, InterruptedException {
        boolean together = false;
        for (int i = 0; i < TRIES_TOGETHER && !together; i++) {
            together = plugins.swap(one, other);
        }
        assertThat(together).as("%s and %s at the same time", one, other).isTrue();
        for (String plugin : List.of(one, other)) {
            JsonNode now = admin.operator().plugin(plugin);
            assertThat(now.path("desired").asText()).as(now.toString()).isEqualTo(plugins.version(plugin));
        }
    }
}
