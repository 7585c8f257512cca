// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.OpenSkep;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginSettings;
import io.skep.core.state.PluginRecord;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.osgi.framework.BundleException;

/** A server with the plugin {@value #NAME}, over a log in memory and a framework that is played. */
final class SwapHarness implements AutoCloseable {
    static final String NAME = "sample";
    static final Duration LONG = Duration.ofMinutes(2);
    static final CanaryRule NO_CANARY = new CanaryRule(10, 200, Duration.ZERO);
    static final Capability ECHO = RecordingPlugin.capability("echo", "say");
    /** Nobody is given up, however slow the machine is. */
    static final PluginSettings SETTINGS = settings(Duration.ofMinutes(1), Duration.ofMinutes(1));

    /** Calls that do not end are given up soon. */
    static final PluginSettings ABANDONING = settings(Duration.ofMillis(500), Duration.ofMinutes(1));

    /** Phases after which somebody who hangs is given up soon. */
    static final PluginSettings IMPATIENT = settings(Duration.ofMillis(500), Duration.ofSeconds(5));

    private final Path directory;
    private final PluginSettings settings;
    private final InMemoryLogStore log;
    private final FakeBundles bundles = new FakeBundles(this::plugin);
    private final Map<String, Consumer<RecordingPlugin>> scripts = new ConcurrentHashMap<>();
    private final Map<String, RecordingPlugin> made = new ConcurrentHashMap<>();
    private Capability[] offered = {ECHO};
    private OpenSkep skep;
    private PluginHost host;

    SwapHarness(Path directory) {
        this(directory, SETTINGS);
    }

    SwapHarness(Path directory, PluginSettings settings) {
        this.directory = directory;
        this.settings = settings;
        this.log = new InMemoryLogStore(4, directory);
        start();
    }

    private static PluginSettings settings(Duration drain, Duration phase) {
        return new PluginSettings(
                8,
                8,
                100,
                100,
                Duration.ofMinutes(1),
                drain,
                Duration.ofMillis(200),
                phase,
                5,
                50,
                80,
                Duration.ofMillis(100),
                3);
    }

    private void start() {
        try {
            skep = new OpenSkep(log, settings);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        host = new PluginHost(
                bundles, skep.registry(), skep.engine(), directory.resolve("plugins"), skep::orchestratorOf);
        bundles.host(host);
        host.reconciler().begin();
        bundles.look();
    }

    /** As after kill -9 and a new start, with the bundles that the framework starts by itself. */
    void restart() {
        restart(() -> {});
    }

    /** The same; something happens to the framework before core comes. */
    void restart(Runnable between) {
        skep.close();
        log.crash();
        try {
            bundles.reboot();
        } catch (BundleException e) {
            throw new AssertionError(e);
        }
        between.run();
        start();
    }

    private OrchestrationPlugin plugin(Bundles.Installed bundle) {
        RecordingPlugin plugin = new RecordingPlugin(bundle.version(), offered);
        scripts.getOrDefault(bundle.version(), p -> {}).accept(plugin);
        made.put(bundle.version(), plugin);
        return plugin;
    }

    /** What plugins offer that are made from now on. */
    void offering(Capability... capabilities) {
        offered = capabilities;
    }

    /** How the plugin of a version is made from now on. */
    void script(String version, Consumer<RecordingPlugin> script) {
        scripts.put(version, script);
    }

    /** The newest instance of a version. */
    RecordingPlugin made(String version) {
        return made.get(version);
    }

    FakeBundles bundles() {
        return bundles;
    }

    InMemoryLogStore log() {
        return log;
    }

    PluginRegistry registry() {
        return skep.registry();
    }

    PluginHost host() {
        return host;
    }

    Swaps swaps() {
        return (Swaps) host.plugins();
    }

    OpenSkep skep() {
        return skep;
    }

    Path jarDirectory() {
        return directory.resolve("plugins");
    }

    /** A jar of the plugin. */
    Path jar(String version) {
        return Jars.plugin(NAME, version).to(directory.resolve(NAME + "-" + version + ".jar"));
    }

    SwapRequest request(String version, CanaryRule rule) {
        return new SwapRequest(NAME, jar(version), rule, false, "ann");
    }

    /** Upgrades, and waits for the end. */
    SwapJob upgrade(String version, CanaryRule rule) {
        return ended(swaps().upgrade(request(version, rule)));
    }

    /** Upgrades without a comparison, and waits for the end. */
    SwapJob upgrade(String version) {
        return upgrade(version, NO_CANARY);
    }

    /** The first version, by an upgrade. */
    SwapHarness serving(String version) {
        assertThat(upgrade(version).outcome()).isEqualTo(SwapJob.Outcome.PROMOTED);
        return this;
    }

    /** The job when it has ended. */
    SwapJob ended(CompletionStage<SwapJob> job) {
        SwapJob end = get(swaps().awaitEnd(get(job).id(), Duration.ofMinutes(1)));
        assertThat(end.outcome()).as(end.toString()).isNotEqualTo(SwapJob.Outcome.RUNNING);
        await().atMost(LONG)
                .until(() ->
                        swaps().find(end.plugin()).map(d -> d.job() == null).orElse(true));
        return end;
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static Refusal refusal(CompletionStage<?> stage) {
        try {
            throw new AssertionError("not refused: " + get(stage));
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof Refusal refusal) {
                return refusal;
            }
            throw failed;
        }
    }

    CompletableFuture<IntegrationResponse> begin() {
        return registry()
                .calls()
                .call(new IntegrationRequest("echo", null, null, "{}"))
                .toCompletableFuture();
    }

    /** Which version answers, or what else the ending is. */
    String call() {
        return version(get(begin()));
    }

    static String version(IntegrationResponse response) {
        return response instanceof Answered answered ? answered.data().replace("\"", "") : response.toString();
    }

    /** The version that serves, or nothing. */
    String serves() {
        return registry().serving(NAME).map(Generation::version).orElse("");
    }

    void awaitServing(String version) {
        await().atMost(LONG).until(() -> serves().equals(version));
    }

    PluginRecord record() {
        return skep.engine().state().shardOfPlugin(NAME).plugin(NAME);
    }

    /** What is in its history, oldest first, each as {@code event actor: detail}. */
    List<String> history() {
        return swaps().find(NAME).map(PluginDetail::history).orElse(List.of()).stream()
                .map(entry -> entry.event() + " " + entry.actor() + ": " + entry.detail())
                .toList();
    }

    void awaitHistory(String part) {
        await().atMost(LONG).until(() -> history().stream().anyMatch(line -> line.contains(part)));
    }

    /** How many jars are kept. */
    long jars() throws IOException {
        if (!Files.isDirectory(jarDirectory())) {
            return 0;
        }
        try (Stream<Path> files = Files.list(jarDirectory())) {
            return files.count();
        }
    }

    /** Where the event stream stands. */
    EventCursor now() {
        return skep.engine().events().end();
    }

    /** The types of the events since then. */
    List<String> eventsSince(EventCursor from) {
        return get(skep.engine().events().next(from, 1000, Duration.ZERO)).events().stream()
                .map(Event::type)
                .toList();
    }

    @Override
    public void close() {
        bundles.release();
        log.crash();
        skep.close();
    }
}
