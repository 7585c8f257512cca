// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Jars;
import io.skep.client.Canary;
import io.skep.client.OperatorClient;
import io.skep.client.PluginJars;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.Shell;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import io.skep.itests.sampleplugin.SamplePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Upgrades of the sample plugin that are begun shortly before the server is killed, so that kills hit every phase of
 * them, and what serves after each restart. For one thread, besides the one that it starts for each upgrade.
 */
final class PluginSwaps {
    private static final String PLUGIN = "sample";
    private static final String BUNDLE = "io.skep.itests.sampleplugin";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLED = Duration.ofSeconds(20);

    /** Longer than a swap takes, so that some have ended when the server is killed. */
    private static final int LEAD_MILLIS = 1_000;

    private final SkepClient admin;
    private final Shell shell;
    private final Ledger ledger;
    private final Path versions;
    private final PluginCaller caller;
    private final Random random;
    private Thread swap = new Thread(() -> {});
    private int sent;
    private List<String> problems = List.of();

    // Of the thread of a swap, until that is joined.
    private int begun;
    private int cut;
    private int promoted;

    private PluginSwaps(SkepServer server, Ledger ledger, long seed) throws IOException {
        this.admin = server.client();
        this.shell = new Shell(server);
        this.ledger = ledger;
        this.versions = Files.createDirectories(server.home().resolve("versions"));
        this.caller = new PluginCaller(admin, ledger);
        // One of its own: the moments of the kills of a seed stay as they are.
        this.random = new Random(seed + 1);
    }

    /** Brings the first version in. */
    static PluginSwaps install(SkepServer server, Ledger ledger, long seed) throws IOException, InterruptedException {
        PluginSwaps swaps = new PluginSwaps(server, ledger, seed);
        OperatorClient operator = swaps.admin.operator();
        JsonNode job = operator.upgradeAndWait(PLUGIN, swaps.next(), Canary.NONE, PATIENCE);
        if (!job.path("outcome").asText().equals("promoted")) {
            throw new IOException("The sample plugin does not serve: " + job);
        }
        swaps.promoted = swaps.sent;
        return swaps;
    }

    void beginCalls() {
        caller.begin();
    }

    void endCalls() throws InterruptedException {
        caller.end();
    }

    /** Begins an upgrade at a random moment of the last second or so before the server is killed. */
    void beginWithin(Duration untilKill) throws IOException {
        Path jar = next();
        int number = sent;
        Duration wait = untilKill.minusMillis(random.nextInt((int) Math.min(LEAD_MILLIS, untilKill.toMillis())));
        swap = new Thread(() -> swap(jar, number, wait), "bench-swap");
        swap.start();
    }

    /** How many upgrades the server may have begun. */
    int begun() {
        return begun;
    }

    /** What was done, for people. */
    String summary() {
        return begun + " swaps begun, " + cut + " of them cut by a kill, version " + SwapAudit.version(promoted)
                + " the last that was said to be promoted, " + caller.answered() + " calls answered by the plugin";
    }

    /** Looks after a restart whether exactly the version that must serve does, and nothing else was left. */
    void check(int round) throws IOException, InterruptedException {
        swap.join();
        int atLeast = Math.max(promoted, caller.newest());
        Poll.until(() -> isAsItShould(atLeast), SETTLED, Duration.ofMillis(250));
        problems.forEach(problem -> ledger.wrongVersion("after round " + round + " " + problem));
    }

    private boolean isAsItShould(int atLeast) throws IOException, InterruptedException {
        problems = SwapAudit.problems(admin.operator().plugin(PLUGIN), bundles(), atLeast, sent);
        return problems.isEmpty();
    }

    private List<String> bundles() throws IOException, InterruptedException {
        return shell.run("bundle:list -t 0 -s --no-format")
                .lines()
                .filter(line -> line.contains(BUNDLE))
                .toList();
    }

    private Path next() throws IOException {
        String version = SwapAudit.version(++sent);
        return PluginJars.variant(
                Jars.of(SamplePlugin.class),
                versions.resolve(BUNDLE + "-" + version + ".jar"),
                Map.of("Bundle-Version", version));
    }

    private void swap(Path jar, int number, Duration wait) {
        try {
            Poll.pause(wait);
            // Counted before, for it may begin without an answer.
            begun++;
            JsonNode job = admin.operator().upgradeAndWait(PLUGIN, jar, Canary.NONE, PATIENCE);
            if (job.path("outcome").asText().equals("promoted")) {
                promoted = number;
            } else {
                ledger.contradiction("the upgrade to " + SwapAudit.version(number) + " is "
                        + job.path("outcome").asText() + ": "
                        + job.path("reason").asText());
            }
        } catch (IOException e) {
            cut++;
        } catch (ProblemException e) {
            if (!e.isRetryable()) {
                ledger.contradiction("the upgrade to " + SwapAudit.version(number) + " was refused: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
