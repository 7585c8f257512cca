// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.opentelemetry.proto.trace.v1.Span;
import io.skep.client.CapabilityCall;
import io.skep.client.PluginJars;
import io.skep.client.SkepClient;
import io.skep.testkit.TraceReceiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Traces of real programs on the distribution, through swaps of the plugin that sends them and a kill of the server. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TracesIT {
    private static final String BUNDLE = "io.skep.plugin.hooks";
    private static final String PLUGIN = "hooks";
    /** A task's own span, its wait for an agent, and its attempt. */
    private static final int SPANS = 3;

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";

    private static TraceReceiver receiver;
    private static Instance instance;
    private static KillLab lab;

    @BeforeAll
    static void start() throws Exception {
        receiver = new TraceReceiver();
        instance = Instance.fresh("traces");
        instance.configure("io.skep.plugin.hooks.cfg", "traces.endpoint = " + receiver.url());
        Path script = Files.writeString(
                instance.server().home().resolve("traced.sh"), "echo \"{\\\"traceparent\\\":\\\"$TRACEPARENT\\\"}\"\n");
        instance.configure(
                "io.skep.agent.process-traced.cfg", "skills = traced", "slots = 4", "command = sh " + script);
        instance.server().start(Instance.START);
        lab = new KillLab(instance);
        lab.awaitInstalled();
        Instance.await(
                "the agent is there",
                () -> lab.client().agents().stream()
                        .anyMatch(known -> known.path("id").asText().equals("traced")));
    }

    @AfterAll
    static void stop() throws Exception {
        instance.close();
        receiver.close();
    }

    private static List<String> submit(int count) throws Exception {
        ArrayNode tasks = SkepClient.array();
        for (int i = 0; i < count; i++) {
            tasks.addObject().put("description", "t" + i).withArray("skills").add("traced");
        }
        return lab.client().submitAll(tasks, null).stream()
                .map(task -> task.path("id").asText())
                .toList();
    }

    /** Every span of all of them came; answers how many came more than once. */
    private static long assertAll(List<String> tasks) throws Exception {
        int expected = 0;
        for (String task : tasks) {
            JsonNode ended = lab.client().task(task, Instance.SOON);
            assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
            // Its own, and for each attempt that and the wait for it.
            expected += 1 + 2 * ended.path("attempts").size();
        }
        int all = expected;
        Instance.await("all spans came", () -> ids(tasks).size() >= all);
        Map<String, Long> byId = ids(tasks);
        assertThat(byId).hasSize(all);
        long doubled = byId.values().stream().filter(count -> count > 1).count();
        System.out.println(all + " spans of " + tasks.size() + " tasks came, " + doubled + " of them more than once");
        return doubled;
    }

    private static Map<String, Long> ids(List<String> tasks) {
        return receiver.spans().stream()
                .filter(span -> tasks.contains(TraceReceiver.attributes(span).getOrDefault("skep.task.id", "")))
                .collect(Collectors.groupingBy(TraceReceiver::id, Collectors.counting()));
    }

    @Test
    @Order(1)
    void taskOfACallerThatIsTraced_isOneConnectedTrace_downToItsProgram() throws Exception {
        JsonNode task = lab.client()
                .submit(SkepClient.object()
                        .put("description", "demo")
                        .put("traceparent", "00-" + TRACE + '-' + CALLER + "-01")
                        .set("skills", SkepClient.array().add("traced")));
        String id = task.path("id").asText();
        JsonNode ended = lab.client().task(id, Instance.SOON);
        Instance.await("its spans came", () -> receiver.spans(id).size() == SPANS);
        Map<String, Span> spans =
                receiver.spans(id).stream().collect(Collectors.toMap(span -> span.getName(), span -> span));
        Span whole = spans.get("task");
        Span attempt = spans.get("invoke_agent traced");
        assertThat(spans.values()).extracting(TraceReceiver::trace).containsOnly(TRACE);
        assertThat(TraceReceiver.parent(whole)).isEqualTo(CALLER);
        assertThat(TraceReceiver.parent(spans.get("route"))).isEqualTo(TraceReceiver.id(whole));
        assertThat(TraceReceiver.parent(attempt)).isEqualTo(TraceReceiver.id(whole));
        assertThat(ended.at("/result/traceparent").asText())
                .isEqualTo("00-" + TRACE + '-' + TraceReceiver.id(attempt) + "-01");
        assertThat(instance.shell("hook:trace task=" + id)).contains(TRACE, "invoke_agent traced");
    }

    @Test
    @Order(2)
    void swapsUnderLoad_loseNoSpan_andTellOfNoneAsAnother() throws Exception {
        Path jar = PluginJars.shipped(instance.server().karaf(), BUNDLE);
        List<String> tasks = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            tasks.addAll(submit(30));
            lab.install(PLUGIN, lab.variant(jar, PLUGIN, "1.0." + i, Map.of()));
        }
        // At most what was on its way at each swap.
        assertThat(assertAll(tasks)).isLessThan((long) SPANS * tasks.size() / 2);
    }

    @Test
    @Order(3)
    void killOfTheServer_losesNoSpan() throws Exception {
        List<String> tasks = new ArrayList<>(submit(40));
        Instance.await("some came", () -> !ids(tasks).isEmpty());
        instance.server().kill9();
        instance.server().start(Instance.START);
        assertAll(tasks);
        var status = lab.client()
                .call(CapabilityCall.of("observability", SkepClient.object()).operation("status"));
        assertThat(status.body().at("/data/missedEvents").asLong())
                .as(status.toString())
                .isZero();
    }
}
