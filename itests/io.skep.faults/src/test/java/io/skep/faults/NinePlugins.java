// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** The plan's nine plugins in a server, each in the version of the distribution and in a next one. For one thread. */
final class NinePlugins {
    /** By the name of the plugin: the end of the name of its bundle, and its capabilities. */
    static final Map<String, Offered> ALL = new TreeMap<>(Map.of(
            "enhanced-workflow", new Offered("workflow", "extended_thinking", "slash_commands", "quality_gates"),
            "context-routing", new Offered("routing", "semantic_routing", "agent_profiling", "performance_learning"),
            "security", new Offered("security", "oauth_auth", "rbac_enforcement", "audit_logging"),
            "shared-state", new Offered("sharedstate", "atomic_updates", "real_time_balancing", "workflow_tracking"),
            "task-coordination", new Offered("coordination", "agent_requests", "task_mapping", "workload_analysis"),
            "performance-monitoring",
                    new Offered("monitoring", "real_time_monitoring", "task_performance", "auto_scaling"),
            "hooks", new Offered("hooks", "lifecycle_hooks", "observability", "performance_hooks"),
            "context-management",
                    new Offered("context", "sleep_wake_cycles", "context_consolidation", "session_management"),
            "load-balancing",
                    new Offered(
                            "loadbalancing", "adaptive_balancing", "capacity_management", "resource_optimization")));

    private static final String SHIPPED = System.getProperty("skep.version");
    private static final String NEXT = SHIPPED + ".next";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final SkepServer server;
    private final OperatorClient operator;
    private final Map<String, String> versions = new HashMap<>();
    /** How long the server took to get and check a plugin's jar the last time, before the job began. */
    private final Map<String, Duration> leads = new ConcurrentHashMap<>();

    /** The plan's three capabilities of a plugin; it may offer more. */
    record Offered(String bundle, Set<String> capabilities) {
        Offered(String bundle, String... capabilities) {
            this(bundle, new TreeSet<>(List.of(capabilities)));
        }
    }

    /** Of a server that runs as it was unpacked. */
    NinePlugins(SkepServer server) throws IOException {
        this.server = server;
        this.operator = server.client().operator();
        ALL.keySet().forEach(plugin -> versions.put(plugin, SHIPPED));
    }

    /** The version that was brought in last. */
    String version(String plugin) {
        return versions.getOrDefault(plugin, "");
    }

    /** The capabilities of those that serve, by the plugin's name. */
    Map<String, Set<String>> serving() throws IOException, InterruptedException {
        Map<String, Set<String>> serving = new TreeMap<>();
        for (JsonNode plugin : operator.plugins()) {
            if (plugin.path("state").asText().equals("serving")) {
                Set<String> capabilities = new TreeSet<>();
                plugin.path("capabilities").forEach(id -> capabilities.add(id.asText()));
                serving.put(plugin.path("name").asText(), capabilities);
            }
        }
        return serving;
    }

    /** Which generation of each plugin serves. */
    Map<String, Long> generations() throws IOException, InterruptedException {
        Map<String, Long> generations = new TreeMap<>();
        for (JsonNode plugin : operator.plugins()) {
            if (plugin.path("state").asText().equals("serving")) {
                generations.put(
                        plugin.path("name").asText(), plugin.path("generation").asLong());
            }
        }
        return generations;
    }

    /** Uninstalls a plugin. */
    void remove(String plugin) throws IOException, InterruptedException {
        assertPromoted(operator.end(operator.remove(plugin), LONG));
    }

    /** Brings the version that was there last back, or in for the first time. */
    void bring(String plugin) throws IOException, InterruptedException {
        assertPromoted(operator.upgradeAndWait(plugin, jar(plugin, version(plugin)), Canary.NONE, LONG));
    }

    /**
     * Upgrades two plugins from the version that each has to its other one.
     *
     * @return whether both were under way at the same time
     */
    boolean swap(String one, String other) throws IOException, InterruptedException {
        Duration ahead = leads.containsKey(one) && leads.containsKey(other)
                ? leads.get(one).minus(leads.get(other))
                : Duration.ZERO;
        CompletableFuture<JsonNode> first = swapping(one, ahead.negated());
        JsonNode second = join(swapping(other, ahead));
        JsonNode firstJob = join(first);
        assertPromoted(firstJob);
        assertPromoted(second);
        return begun(firstJob).isBefore(ended(second)) && begun(second).isBefore(ended(firstJob));
    }

    // A jar of some megabytes takes longer to arrive and to be checked than the whole swap of a small one.
    private CompletableFuture<JsonNode> swapping(String plugin, Duration later) throws IOException {
        String next = version(plugin).equals(SHIPPED) ? NEXT : SHIPPED;
        versions.put(plugin, next);
        Path jar = jar(plugin, next);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        Instant asked = Instant.now();
                        JsonNode job = operator.upgrade(plugin, jar, Canary.NONE, false);
                        leads.put(plugin, Duration.between(asked, begun(job)));
                        return operator.end(job, LONG);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                CompletableFuture.delayedExecutor(Math.max(0, later.toMillis()), TimeUnit.MILLISECONDS));
    }

    private static JsonNode join(CompletableFuture<JsonNode> job) {
        return job.orTimeout(2 * LONG.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static Instant begun(JsonNode job) {
        return Instant.parse(job.path("begunAt").asText());
    }

    private static Instant ended(JsonNode job) {
        long millis = StreamSupport.stream(job.path("phases").spliterator(), false)
                .mapToLong(phase -> phase.path("tookMillis").asLong())
                .sum();
        return begun(job).plusMillis(millis);
    }

    private static void assertPromoted(JsonNode job) {
        assertThat(job.path("outcome").asText()).as(job.toString()).isEqualTo("promoted");
    }

    private Path jar(String plugin, String version) throws IOException {
        String artifact = "io.skep.plugin." + ALL.get(plugin).bundle();
        Path shipped = server.karaf()
                .resolve("system/io/skep/" + artifact + '/' + SHIPPED + '/' + artifact + '-' + SHIPPED + ".jar");
        Path next = server.home().resolve("jars").resolve(artifact + '-' + NEXT + ".jar");
        if (version.equals(SHIPPED)) {
            return shipped;
        }
        return Files.exists(next) ? next : PluginJars.variant(shipped, next, Map.of("Bundle-Version", NEXT));
    }
}
