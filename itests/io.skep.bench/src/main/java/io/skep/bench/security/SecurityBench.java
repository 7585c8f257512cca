// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.bench.load.Rig;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The same call on two servers in turn, one that asks nobody and one that requires the plugin {@code security}, at a fixed
 * rate on one connection: what the second takes longer is what authentication, authorisation and the record cost a caller.
 * Refusals and changes wait for their records, and are measured apart. Then, in this process on the shipped jar, how many
 * events the audit log takes and how long a policy of a million rules decides. Options: {@code --rounds} of 500 calls each
 * (10), {@code --rate} a second (250), {@code --quick} for a smoke that judges no times.
 */
public final class SecurityBench {
    private static final int CALLS = 500;
    private static final int TOKENS = 1_600;

    /** Of them, those whose verification is not counted: until a signature is verified by compiled code. */
    private static final int WARM_TOKENS = 1_200;

    private static final Map<String, List<String>> CLOSED = Map.of(
            "io.skep.core.cfg", List.of("auth = required"),
            // By default one address may not show so many tokens that nobody has seen.
            "io.skep.plugin.security.cfg", List.of("address.burst = 10000"));

    private static final int WARM_ROUNDS = 3;
    /** One after the other, so that both servers have compiled what they do. */
    private static final int WARM_CALLS = 20_000;

    private static final int AS_FAST_AS_THEY_COME = 1_000_000;
    private static final int EVENTS = 100_000;
    private static final int ROLES = 10_000;
    private static final int FEW_ROLES = 10;
    private static final double CACHED_P50_MICROS = 20;
    private static final double CACHED_P99_MICROS = 1000;
    private static final double RS256_P50_MICROS = 200;
    private static final double EVENTS_PER_SECOND = 20_000;
    private static final double MILLION_P50_MICROS = 2;
    private static final String WITHOUT = "the same without security";
    private static final String TASKS = "/api/v1/tasks";
    private static final String TASK = "{\"description\":\"a task that nobody does\",\"skills\":[\"bench\"]}";
    private static final String AGENT = "/api/v1/agents/bench";

    private final Settings settings;
    private final boolean quick;
    private final int rate;

    /** A run with these settings; the home directory is cleared. */
    public SecurityBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
        this.rate = settings.count("rate", 250);
    }

    /** Compares both. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        Goals goals = new Goals(!quick);
        try (Rig open = Rig.start(settings.home().resolve("open"), 1, List.of());
                Rig closed = Rig.start(settings.home().resolve("closed"), 1, CLOSED)) {
            SkepClient admin = closed.server().client();
            open.server().client().register("bench", 1, "bench");
            admin.register("bench", 1, "bench");
            measure(open, closed, admin, goals);
        }
        inProcess(goals);
        return goals.findings("denials and changes synced to the audit log before they are answered, reads soon after");
    }

    /** What no edge takes fast enough to show. */
    private void inProcess(Goals goals) throws IOException, InterruptedException {
        double rate = new AuditRate(settings.home().resolve("audit"), quick ? 5_000 : EVENTS, quick ? 1 : 3).measure();
        goals.atLeast(
                EVENTS_PER_SECOND, Result.of("audit.per.s", rate, "events/s in process", "goal", EVENTS_PER_SECOND));
        int rounds = quick ? 2 : 10;
        Histogram few = new LargePolicy(FEW_ROLES).measure(rounds);
        Histogram million = new LargePolicy(quick ? ROLES / 100 : ROLES).measure(rounds);
        goals.atMost(
                MILLION_P50_MICROS,
                Result.of(
                        "policy.million.p50.us",
                        micros(million, 50),
                        "us in process",
                        "the same by a thousand rules",
                        micros(few, 50)));
        goals.report(Result.of(
                "policy.million.p99.us",
                micros(million, 99),
                "us in process",
                "the same by a thousand rules",
                micros(few, 99)));
    }

    private void measure(Rig open, Rig closed, SkepClient admin, Goals goals) throws IOException, InterruptedException {
        String key = oauth(
                        admin,
                        "issue",
                        SkepClient.object()
                                .put("type", "api-key")
                                .put("subject", "bench")
                                .put("kind", "service")
                                .set("roles", SkepClient.array().add("developer")))
                .path("secret")
                .asText();
        Gets plain = new Gets(at(open, AGENT), "GET", "", 200);
        Gets asked = new Gets(at(closed, AGENT), "GET", "", 200);
        Gets denied = new Gets(at(closed, "/api/v1/flags/legacy.mode"), "PUT", "{\"on\":true}", 403);
        Gets plainChange = new Gets(at(open, TASKS), "POST", TASK, 201);
        Gets change = new Gets(at(closed, TASKS), "POST", TASK, 201);
        int rounds = settings.count("rounds", quick ? 2 : 10);
        int calls = quick ? 50 : CALLS;
        if (!quick) {
            plain.run(open.token(), WARM_CALLS, AS_FAST_AS_THEY_COME, histogram());
            asked.run(key, WARM_CALLS, AS_FAST_AS_THEY_COME, histogram());
        }
        Times warmth = new Times();
        Times times = new Times();
        for (int i = -(quick ? 1 : WARM_ROUNDS); i < rounds; i++) {
            Times into = i < 0 ? warmth : times;
            plain.run(open.token(), calls, rate, into.without);
            asked.run(key, calls, rate, into.cached);
            denied.run(key, calls / 5, rate, into.denied);
            plainChange.run(open.token(), calls / 5, rate, into.changedWithout);
            change.run(key, calls / 5, rate, into.changed);
        }
        report(goals, times, fresh(admin, asked));
    }

    /** What was measured. */
    private static final class Times {
        private final Histogram without = histogram();
        private final Histogram cached = histogram();
        private final Histogram denied = histogram();
        private final Histogram changedWithout = histogram();
        private final Histogram changed = histogram();
    }

    private static void report(Goals goals, Times times, Histogram fresh) {
        goals.report(Result.of("open.p50.us", micros(times.without, 50), "us"));
        goals.report(Result.of("open.p99.us", micros(times.without, 99), "us"));
        goals.atMost(CACHED_P50_MICROS, beyond("cached.p50.us", times.cached, times.without, 50, WITHOUT));
        goals.atMost(CACHED_P99_MICROS, beyond("cached.p99.us", times.cached, times.without, 99, WITHOUT));
        goals.atMost(
                RS256_P50_MICROS,
                beyond("uncached.rs256.p50.us", fresh, times.cached, 50, "the same with a token that is known"));
        goals.report(beyond("denied.p50.us", times.denied, times.without, 50, WITHOUT));
        goals.report(beyond("denied.p99.us", times.denied, times.without, 99, WITHOUT));
        goals.report(beyond("changed.p50.us", times.changed, times.changedWithout, 50, WITHOUT));
        goals.report(beyond("changed.p99.us", times.changed, times.changedWithout, 99, WITHOUT));
    }

    /** What the first took longer than the second, which is the peer with the whole of its time. */
    private static Result beyond(String name, Histogram first, Histogram second, double percentile, String peer) {
        double other = micros(second, percentile);
        return Result.of(name, micros(first, percentile) - other, "us", peer, other);
    }

    /** Each token is shown for the first time, so that its signature has to be verified. */
    private Histogram fresh(SkepClient admin, Gets asked) throws IOException, InterruptedException {
        JsonNode client = oauth(
                admin,
                "issue",
                SkepClient.object()
                        .put("type", "client")
                        .put("subject", "bench")
                        .put("kind", "service")
                        .set("roles", SkepClient.array().add("viewer")));
        List<String> tokens = new ArrayList<>();
        int warm = quick ? 5 : WARM_TOKENS;
        for (int i = 0; i < (quick ? 10 : TOKENS); i++) {
            tokens.add(oauth(
                            admin,
                            "token",
                            SkepClient.object()
                                    .put("clientId", client.path("id").asText())
                                    .put("clientSecret", client.path("secret").asText()))
                    .path("accessToken")
                    .asText());
        }
        Histogram times = histogram();
        asked.run(tokens.subList(0, warm), rate, histogram());
        asked.run(tokens.subList(warm, tokens.size()), rate, times);
        return times;
    }

    private static JsonNode oauth(SkepClient admin, String operation, JsonNode data)
            throws IOException, InterruptedException {
        var answer = admin.call(CapabilityCall.of("oauth_auth", data).operation(operation));
        if (!answer.isAnswered()) {
            throw new IOException("oauth_auth/" + operation + " answered " + answer.status() + " " + answer.body());
        }
        return answer.data();
    }

    private static URI at(Rig rig, String path) {
        return rig.uri().resolve(path);
    }

    private static Histogram histogram() {
        return new Histogram(3);
    }

    private static double micros(Histogram times, double percentile) {
        return times.getValueAtPercentile(percentile) / 1e3;
    }
}
