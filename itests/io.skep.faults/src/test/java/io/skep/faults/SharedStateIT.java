// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Canary;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.PluginJars;
import io.skep.client.PostgresServer;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import io.skep.testkit.Linearizability;
import io.skep.testkit.Linearizability.Call;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shared documents on each store, over HTTP: whatever several callers have seen, with the plugin swapped in the middle and the
 * server killed, can be explained by their calls having happened one after the other.
 */
class SharedStateIT {
    private static final String CAPABILITY = "atomic_updates";
    private static final int CALLERS = 6;
    private static final int ROUNDS = 4;
    private static final int CALLS = 12;
    private static final long PAUSE_MILLIS = 20;
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final String VERSION = "0.1.1";

    /** A number that is added to, or read; null where nobody knows what was answered. */
    private record Seen(boolean adds, Long value) {}

    private static Long model(Long now, Seen seen) {
        long after = seen.adds() ? now + 1 : now;
        return seen.value() == null || seen.value() == after ? after : null;
    }

    private static Instance started(String store, List<AutoCloseable> open) throws Exception {
        Instance instance = Instance.fresh("shared-" + store);
        open.add(instance);
        if (store.equals("postgres")) {
            PostgresServer database = PostgresServer.start(
                    Path.of(System.getProperty("skep.instances")).getParent());
            open.add(0, database);
            instance.configure(
                    "io.skep.store.postgres.cfg",
                    "url = " + database.url(),
                    "user = " + database.user(),
                    "password = " + database.password());
            instance.configure("io.skep.store.cfg", "kind = postgres");
        }
        instance.server().start(Instance.START);
        return instance;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgres"})
    void historiesOverHttp_areLinearizable_acrossSwapsAndAKill(String store) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Instance instance = started(store, open);
            oneDelegateWins(instance.server().client());
            for (int round = 0; round < ROUNDS; round++) {
                int now = round;
                check(instance, "n" + round, () -> disturb(instance, now));
            }
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
        }
    }

    private interface Disturbance {
        void happen() throws Exception;
    }

    /** An upgrade beside with a canary, in place, a kill, and nothing. */
    private static void disturb(Instance instance, int round) throws Exception {
        switch (round) {
            case 0 -> {
                JsonNode job = instance.server()
                        .client()
                        .operator()
                        .upgradeAndWait("shared-state", next(instance), new Canary(50, 20, LONG), LONG);
                assertThat(job.path("outcome").asText()).as("%s", job).isEqualTo("promoted");
            }
            case 1 -> instance.shell("bundle:stop io.skep.plugin.sharedstate; bundle:start io.skep.plugin.sharedstate");
            case 2 -> {
                instance.server().kill9();
                instance.server().start(Instance.START);
            }
            default -> {}
        }
    }

    private static Path next(Instance instance) throws IOException {
        Path home = instance.server().karaf().resolve("system/io/skep/io.skep.plugin.sharedstate");
        try (Stream<Path> files = Files.walk(home)) {
            Path jar = files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
            return PluginJars.variant(
                    jar, instance.server().home().resolve("next.jar"), Map.of("Bundle-Version", VERSION));
        }
    }

    private static void check(Instance instance, String key, Disturbance disturbance) throws Exception {
        SkepClient client = instance.server().client();
        CountDownLatch over = new CountDownLatch(1);
        List<CompletableFuture<List<Call<Seen>>>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            boolean reads = i % 3 == 2;
            callers.add(CompletableFuture.supplyAsync(
                    () -> calls(client, key, reads, over), task -> new Thread(task, "caller").start()));
        }
        try {
            disturbance.happen();
        } finally {
            over.countDown();
        }
        List<Call<Seen>> history = new ArrayList<>();
        for (CompletableFuture<List<Call<Seen>>> caller : callers) {
            history.addAll(caller.get());
        }
        Instance.await("the last look is answered", () -> {
            Call<Seen> last = call(client, key, false);
            return last != null && history.add(last);
        });
        assertThat(new Linearizability<>(0L, SharedStateIT::model).explains(history))
                .as("%s: %s", key, history)
                .isTrue();
    }

    /** Until everything has happened, and some more. */
    private static List<Call<Seen>> calls(SkepClient client, String key, boolean reads, CountDownLatch over) {
        List<Call<Seen>> calls = new ArrayList<>();
        int more = CALLS;
        while (more > 0) {
            Call<Seen> call = call(client, key, !reads);
            boolean answered = call != null && call.content().value() != null;
            // What was read without an answer tells nothing.
            if (call != null && (call.content().adds() || answered)) {
                calls.add(call);
            }
            if (isOver(over)) {
                more -= answered ? 1 : 0;
            }
        }
        return calls;
    }

    private static boolean isOver(CountDownLatch over) {
        try {
            return over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Null if it cannot have done anything: nobody was there to take it, or it was refused. */
    private static Call<Seen> call(SkepClient client, String key, boolean adds) {
        ObjectNode data = SkepClient.object();
        if (adds) {
            data.put("key", key);
        } else {
            data.withArray("keys").add(key);
        }
        CapabilityCall asked = CapabilityCall.of(CAPABILITY, data).operation(adds ? "add" : "get");
        long begun = System.nanoTime();
        try {
            CapabilityAnswer answer = client.call(asked);
            if (answer.isGone() || answer.isDeclined()) {
                return null;
            } else if (!answer.isAnswered()) {
                return new Call<>(new Seen(adds, null), begun, Long.MAX_VALUE);
            }
            JsonNode value = adds
                    ? answer.data().path("value")
                    : answer.data().path("documents").path(0).path("value");
            return new Call<>(new Seen(adds, value.asLong()), begun, System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ProblemException | ConnectException nobody) {
            return null;
        } catch (IOException lost) {
            return new Call<>(new Seen(adds, null), begun, Long.MAX_VALUE);
        }
    }

    private static void oneDelegateWins(SkepClient client) throws Exception {
        for (int i = 0; i < 64; i++) {
            client.register("d" + i, 1, "delegated");
        }
        ObjectNode spec = SkepClient.object().put("description", "x");
        spec.withArray("skills").add("delegated");
        String task = client.submit(spec).path("id").asText();
        List<CompletableFuture<CapabilityAnswer>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            ObjectNode data = SkepClient.object().put("task", task).put("agent", "d" + i);
            data.withObject("/documents")
                    .withArray("set")
                    .addObject()
                    .put("key", "who")
                    .put("value", "d" + i);
            calls.add(client.callAsync(CapabilityCall.of(CAPABILITY, data).operation("delegate")));
        }
        List<JsonNode> answers = new ArrayList<>();
        for (CompletableFuture<CapabilityAnswer> call : calls) {
            assertThat(call.get().status()).as("%s", call.get()).isEqualTo(200);
            answers.add(call.get().data());
        }
        ObjectNode get = SkepClient.object();
        get.withArray("keys").add("who");
        String winner = client.call(CapabilityCall.of(CAPABILITY, get).operation("get"))
                .data()
                .path("documents")
                .path(0)
                .path("value")
                .asText();
        assertThat(answers).filteredOn(a -> a.path("won").asBoolean()).hasSize(1);
        assertThat(answers).allSatisfy(a -> assertThat(a.path("agent").asText()).isEqualTo(winner));
    }
}
