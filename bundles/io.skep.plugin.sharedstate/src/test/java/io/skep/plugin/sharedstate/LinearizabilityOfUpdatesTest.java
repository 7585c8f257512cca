// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.testkit.Linearizability;
import io.skep.testkit.Linearizability.Call;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded histories of calls at once, with swaps in the middle, are those of calls one after the other. */
class LinearizabilityOfUpdatesTest {
    private static final int CALLERS = 5;
    private static final int CALLS = 12;
    private static final int ROUNDS = 8;

    /** The revision of one document, and that of another one with its number; 0 where there is none. */
    private record Pair(long first, long second, long number) {}

    /** What was asked, and what was answered. */
    private record Seen(String kind, long expected, long revision, boolean done, Pair read) {}

    private static Pair model(Pair now, Seen seen) {
        return switch (seen.kind()) {
            case "get" -> seen.read().equals(now) ? now : null;
            case "set" -> {
                boolean holds = seen.expected() == now.first();
                Pair after = holds ? new Pair(seen.revision(), now.second(), now.number()) : now;
                yield holds == seen.done() ? after : null;
            }
            case "both" -> new Pair(seen.revision(), seen.revision(), now.number() + 1);
            default -> throw new AssertionError(seen.kind());
        };
    }

    @Test
    void histories_areLinearizable(@TempDir Path directory) {
        try (RealCore core = new RealCore(directory)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Call<Seen>> history = history(core, "r" + round, round);
                assertThat(new Linearizability<>(new Pair(0, 0, 0), LinearizabilityOfUpdatesTest::model)
                                .explains(history))
                        .as("%s", history)
                        .isTrue();
            }
        }
    }

    private static List<Call<Seen>> history(RealCore core, String prefix, long seed) {
        List<CompletableFuture<List<Call<Seen>>>> callers = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            Random random = new Random(seed * CALLERS + caller);
            callers.add(CompletableFuture.supplyAsync(() -> calls(core, prefix, random)));
        }
        core.swap();
        List<Call<Seen>> all = new ArrayList<>();
        callers.forEach(caller -> all.addAll(RealCore.get(caller)));
        return all;
    }

    private static List<Call<Seen>> calls(RealCore core, String prefix, Random random) {
        List<Call<Seen>> calls = new ArrayList<>();
        long known = 0;
        while (calls.size() < CALLS) {
            long begun = System.nanoTime();
            int kind = random.nextInt(3);
            String data = switch (kind) {
                case 0 -> "{\"keys\":[\"" + prefix + ".a\",\"" + prefix + ".b\"]}";
                case 1 -> "{\"key\":\"" + prefix + ".a\",\"value\":-1,\"revision\":" + known + "}";
                default ->
                    "{\"add\":[{\"key\":\"" + prefix + ".b\"}],\"set\":[{\"key\":\"" + prefix + ".a\",\"value\":-1}]}";
            };
            String operation = List.of("get", "set", "transact").get(kind);
            IntegrationResponse response = core.response(RealCore.request(operation, data));
            long ended = System.nanoTime();
            if (response instanceof IntegrationResponse.Declined) {
                continue; // Its version was closed before it did anything.
            }
            JsonNode answer = RealCore.json(response);
            Seen seen = seen(kind, known, answer);
            calls.add(new Call<>(seen, begun, ended));
            known = kind == 0 ? seen.read().first() : known;
        }
        return calls;
    }

    private static Seen seen(int kind, long expected, JsonNode answer) {
        long revision = answer.path("revision").asLong();
        boolean done = answer.path("done").asBoolean();
        return switch (kind) {
            case 0 -> new Seen("get", 0, 0, true, read(answer.path("documents")));
            case 1 -> new Seen("set", expected, done ? revision : 0, done, null);
            default -> new Seen("both", 0, revision, done, null);
        };
    }

    private static Pair read(JsonNode documents) {
        Pair pair = new Pair(0, 0, 0);
        for (JsonNode document : documents) {
            long revision = document.path("revision").asLong();
            pair = document.path("key").asText().endsWith(".a")
                    ? new Pair(revision, pair.second(), pair.number())
                    : new Pair(pair.first(), revision, document.path("value").asLong());
        }
        return pair;
    }
}
