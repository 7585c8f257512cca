// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.Figures;
import io.skep.api.admin.Server;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;

/** The server itself: contract, health, metrics. Thread-safe. */
final class ServerResource {
    private final Meters meters;
    private final IntSupplier openStreams;
    private final Forwarding forwarding;
    private final AddedMetrics added;
    private final byte[] contract;

    ServerResource(Meters meters, IntSupplier openStreams, Forwarding forwarding) {
        this(meters, openStreams, forwarding, new AddedMetrics());
    }

    ServerResource(Meters meters, IntSupplier openStreams, Forwarding forwarding, AddedMetrics added) {
        this.added = added;
        this.forwarding = forwarding;
        this.meters = meters;
        this.openStreams = openStreams;
        try (InputStream in = Objects.requireNonNull(ServerResource.class.getResourceAsStream("openapi.json"))) {
            contract = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.json cannot be read", e);
        }
    }

    CompletionStage<Answer> openapi(Call call) {
        return Answer.bytes(Answer.JSON, contract).now();
    }

    CompletionStage<Answer> live(Call call) {
        return Answer.json(200, json -> {
                    json.writeStartObject();
                    json.writeBooleanField("live", true);
                    json.writeEndObject();
                })
                .now();
    }

    CompletionStage<Answer> ready(Call call) {
        Services services = call.services();
        Server server = services.serverOrNull();
        List<String> reasons = server == null || !services.complete() ? notServing() : server.notReady();
        return Answer.json(reasons.isEmpty() ? 200 : 503, json -> {
                    json.writeStartObject();
                    json.writeBooleanField("ready", reasons.isEmpty());
                    json.writeArrayFieldStart("reasons");
                    for (String reason : reasons) {
                        json.writeString(reason);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                })
                .now();
    }

    /** A node that can hand calls on takes them as well as the one that serves. */
    private List<String> notServing() {
        String reason = forwarding.isOn() ? forwarding.notReady() : "the server is starting or stopping";
        return reason == null ? List.of() : List.of(reason);
    }

    CompletionStage<Answer> metrics(Call call) {
        Server server = call.services().server();
        PrometheusText text = new PrometheusText();
        text.head("skep_build_info", "gauge", "Always 1; the version is a label.");
        text.sample("skep_build_info", "version=\"" + PrometheusText.escape(server.version()) + "\"", 1);
        figures(text, server.figures());
        PluginMetrics.write(text, call.services().plugins().list());
        text.single("skep_http_event_streams", "gauge", "Event streams that are open.", openStreams.getAsInt());
        meters.write(text);
        machine(text);
        added.write(text);
        return Answer.bytes(PrometheusText.TYPE, text.bytes()).now();
    }

    private static void figures(PrometheusText text, Figures figures) {
        text.head("skep_tasks", "gauge", "Tasks in memory by state.");
        for (TaskState state : TaskState.values()) {
            text.sample(
                    "skep_tasks",
                    "state=\"" + state.wire() + "\"",
                    figures.tasks().getOrDefault(state, 0));
        }
        text.single("skep_agents", "gauge", "Agents that are registered.", figures.agents());
        text.single("skep_log_records_total", "counter", "Records appended to the log.", figures.records());
        text.single("skep_log_commits_total", "counter", "Commits that made them durable.", figures.commits());
        text.single(
                "skep_projection_lag_records",
                "gauge",
                "Records that the projection has yet to write.",
                figures.projectionLag());
        text.single("skep_waiting_claims", "gauge", "Claims that wait for a task.", figures.waitingClaims());
    }

    private static void machine(PrometheusText text) {
        text.single(
                "jvm_memory_heap_used_bytes",
                "gauge",
                "Heap in use.",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        text.single(
                "jvm_threads",
                "gauge",
                "Live threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        text.single(
                "jvm_gc_collections_total",
                "counter",
                "Garbage collections.",
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                        .sum());
    }
}
