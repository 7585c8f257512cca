// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Plugins for one test each, on the server that the test runs in: copies of the fault plugin with a name, a capability
 * and a bundle of their own, so that no test meets another's.
 */
final class PluginLab {
    /** Longer than any phase of a swap that is tried here. */
    static final Duration LONG = Duration.ofMinutes(2);

    private final Instance instance = new Instance();
    private final Path jars;
    private final SkepClient client;

    PluginLab() throws Exception {
        Instance.eventually(() -> instance.get("/health/ready").statusCode(), status -> status == 200);
        jars = Files.createDirectories(instance.base().resolve("jars"));
        client =
                SkepClient.of(URI.create("http://127.0.0.1:" + System.getProperty("skep.http.port")), instance.token());
    }

    Instance instance() {
        return instance;
    }

    SkepClient client() {
        return client;
    }

    OperatorClient operator() {
        return client.operator();
    }

    Path file(String name) {
        return jars.resolve(name);
    }

    Path deploy(String name) throws IOException {
        return Files.createDirectories(instance.base().resolve("deploy")).resolve(name + ".jar");
    }

    static Path sampleJar() {
        return Path.of(System.getProperty("skep.sampleplugin"));
    }

    static String capability(String plugin) {
        return plugin.replace('-', '_');
    }

    static String bundle(String plugin) {
        return "io.skep.itests.lab." + plugin;
    }

    /** A jar of that plugin and version, with more headers in pairs. */
    Path jar(String plugin, String version, String... more) throws IOException {
        return jar(file(plugin + "-" + version + ".jar"), plugin, version, more);
    }

    Path jar(Path out, String plugin, String version, String... more) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of(
                "Bundle-SymbolicName",
                bundle(plugin),
                "Bundle-Version",
                version,
                "Skep-Plugin-Name",
                plugin,
                "Skep-Capability",
                capability(plugin)));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return PluginJars.variant(Path.of(System.getProperty("skep.faultplugin")), out, headers);
    }

    /** Brings a version in without a comparison; fails unless it is promoted. */
    JsonNode install(String plugin, String version, String... more) throws Exception {
        return install(plugin, jar(plugin, version, more));
    }

    JsonNode install(String plugin, Path jar) throws Exception {
        JsonNode job = operator().upgradeAndWait(plugin, jar, Canary.NONE, LONG);
        assertEquals(job.toString(), "promoted", job.path("outcome").asText());
        return job;
    }

    CapabilityCall echo(String plugin) {
        return CapabilityCall.of(capability(plugin), SkepClient.object().put("text", "hello"));
    }

    /** A call that takes the time which its jar says with {@code Skep-Act-Millis}. */
    CapabilityCall act(String plugin) {
        return echo(plugin).operation("act");
    }

    CapabilityAnswer call(String plugin) throws Exception {
        return client.call(echo(plugin));
    }

    /** Makes the running version go wrong. */
    void become(String plugin, String fault) throws Exception {
        CapabilityAnswer answer = client.call(
                CapabilityCall.of(capability(plugin), SkepClient.object().put("fault", fault))
                        .operation("become"));
        assertEquals(answer.toString(), 200, answer.status());
    }

    /** The generation that serves, or a missing node. */
    JsonNode serving(String plugin) throws Exception {
        return inState(plugin, "serving");
    }

    JsonNode inState(String plugin, String state) throws Exception {
        List<JsonNode> found = operator().plugins().stream()
                .filter(status -> status.path("name").asText().equals(plugin))
                .filter(status -> status.path("state").asText().equals(state))
                .toList();
        return found.isEmpty() ? SkepClient.object().path("missing") : found.get(0);
    }

    /** What has happened to a plugin, with the reasons. */
    String history(String plugin) throws Exception {
        return operator().plugin(plugin).path("history").toString();
    }

    static String version(JsonNode status) {
        return status.path("version").asText();
    }

    /** Puts a file in place at once. */
    static void move(Path from, Path to) throws IOException {
        Path part = to.resolveSibling("." + to.getFileName() + ".part");
        Files.copy(from, part);
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
