// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.CapabilityCall;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Copies of the fault plugin, each a plugin or a version of its own, on a server that is killed again and again. */
final class KillLab {
    private static final int LARGE = 40 << 20;

    private final Instance instance;
    private final Path jars;
    /** Names of kept files by plugin and version. */
    private final Map<String, String> kept = new HashMap<>();

    KillLab(Instance instance) throws IOException {
        this.instance = instance;
        this.jars = Files.createDirectories(instance.server().home().resolve("jars"));
    }

    SkepClient client() throws IOException {
        return instance.server().client();
    }

    OperatorClient operator() throws IOException {
        return client().operator();
    }

    /**
     * Waits until Karaf's own installation is over. At the end of the first start it starts its feature service anew; a
     * bundle that is installed in that moment may be in no region, so that nobody sees its service.
     */
    void awaitInstalled() throws IOException, InterruptedException {
        instance.shell("feature:repo-list");
    }

    static String bundle(String plugin) {
        return "io.skep.faults." + plugin;
    }

    static String capability(String plugin) {
        return plugin.replace('-', '_');
    }

    /** A version of a plugin, with more headers in pairs. */
    Path jar(String plugin, String version, String... more) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of(
                "Bundle-SymbolicName",
                bundle(plugin),
                "Skep-Plugin-Name",
                plugin,
                "Skep-Capability",
                capability(plugin),
                "Skep-Fault-Millis",
                "4500"));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return variant(Path.of(System.getProperty("skep.faultplugin")), plugin, version, headers);
    }

    /** A version of a plugin that takes a while to copy. */
    Path largeJar(String plugin, String version) throws IOException {
        Path jar = jar(plugin, version);
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Files.write(zip.getPath("large.bin"), bytes);
        }
        return remember(plugin, version, jar);
    }

    /** Another version of any plugin. */
    Path variant(Path of, String plugin, String version, Map<String, String> more) throws IOException {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Bundle-Version", version);
        return remember(
                plugin, version, PluginJars.variant(of, jars.resolve(plugin + "-" + version + ".jar"), headers));
    }

    private Path remember(String plugin, String version, Path jar) throws IOException {
        kept.put(plugin + ' ' + version, sha256(jar) + ".jar");
        return jar;
    }

    /** Brings a version in without a comparison, to its end. */
    JsonNode install(String plugin, Path jar) throws IOException, InterruptedException {
        JsonNode job = operator().upgradeAndWait(plugin, jar, Canary.NONE, Instance.SOON);
        assertThat(job.path("outcome").asText()).as(job.toString()).isEqualTo("promoted");
        return job;
    }

    /** One call of a plugin's operation. */
    CapabilityCall call(String plugin, String operation, String field, String value) {
        return CapabilityCall.of(capability(plugin), SkepClient.object().put(field, value))
                .operation(operation);
    }

    void become(String plugin, String fault) throws IOException, InterruptedException {
        assertThat(client().call(call(plugin, "become", "fault", fault)).status())
                .isEqualTo(200);
    }

    /** Where the jars are kept. */
    Path store() {
        return instance.server().home().resolve("store/plugins");
    }

    /** The versions of a bundle that are installed, as the shell lists them. */
    List<String> installed(String symbolicName) throws IOException, InterruptedException {
        return instance.shell("bundle:list -t 0 -s --no-format")
                .lines()
                .map(line -> List.of(line.strip().split("\\s+")))
                .filter(words -> words.contains(symbolicName))
                .map(words -> words.get(words.size() - 2))
                .toList();
    }

    /** The version that the durable history says was promoted last; that which was installed first before. */
    static String promoted(JsonNode detail) {
        return stream(detail.path("history"))
                .filter(entry -> entry.path("event").asText().matches("plugin\\.(promoted|installed)"))
                .map(entry -> entry.path("detail").asText().split(",")[0].split(" came ")[0])
                .map(words -> words.substring(words.lastIndexOf(' ') + 1))
                .reduce((before, after) -> after)
                .orElseThrow();
    }

    /** Exactly one version serves, that of the history; nothing else is installed. Answers which. */
    String assertOne(String plugin, String symbolicName) throws IOException, InterruptedException {
        JsonNode detail = operator().plugin(plugin);
        String version = detail.path("desired").asText();
        assertThat(version).as(detail.toString()).isEqualTo(promoted(detail));
        assertThat(detail.path("generations")).as(detail.toString()).hasSize(1);
        JsonNode generation = detail.path("generations").get(0);
        assertThat(generation.path("version").asText()).isEqualTo(version);
        assertThat(generation.path("state").asText()).as(detail.toString()).isEqualTo("serving");
        assertThat(installed(symbolicName)).as("bundles " + symbolicName).containsExactly(version);
        return version;
    }

    /** Nothing is kept but what the records name. */
    void assertNothingLeftOver() throws IOException, InterruptedException {
        TreeSet<String> wanted = new TreeSet<>();
        int others = 0;
        for (JsonNode status : operator().plugins()) {
            String plugin = status.path("name").asText();
            JsonNode detail = operator().plugin(plugin);
            List<String> versions = new ArrayList<>();
            detail.path("kept").forEach(version -> versions.add(version.asText()));
            versions.add(detail.path("desired").asText());
            for (String version : versions) {
                String file = kept.get(plugin + ' ' + version);
                if (file == null) {
                    others++;
                } else {
                    wanted.add(file);
                }
            }
        }
        List<String> left = new ArrayList<>(names(store()));
        left.removeAll(wanted);
        // A bundle that somebody else installed is kept as core packs it, if it is.
        assertThat(left).hasSizeLessThanOrEqualTo(others);
    }

    /** The names of what is in a directory; none if it is not there. */
    static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Puts a copy of a file in place at once. */
    static void move(Path from, Path to) throws IOException {
        Path part = to.resolveSibling("." + to.getFileName() + ".part");
        Files.copy(from, part);
        Files.move(part, to);
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
