// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * How long a page of a hundred tasks takes over HTTP, with each filter and those that go together, from the newest and
 * from anywhere in the past, the next page included. Tenants and agents are those that the history was made with.
 */
final class Pages {
    private static final int LIMIT = 100;
    private static final Duration SPAN = Duration.ofDays(30);
    private static final int TENANTS = 20;
    private static final int AGENTS = 50;

    private final SkepClient admin;
    private final int rounds;
    private final Random random = new Random(1);
    private final Map<String, List<Double>> millis = new TreeMap<>();

    Pages(SkepClient admin, int rounds) {
        this.admin = admin;
        this.rounds = rounds;
    }

    /** The 50th and 99th percentile of all, and of each kind. */
    Map<String, Double> measure() throws IOException, InterruptedException {
        page("warmup", Map.of());
        millis.clear();
        for (int round = 0; round < rounds; round++) {
            List<String> kinds = new ArrayList<>(List.of(
                    "all", "state", "rare", "tenant", "tenant+state", "agent", "agent+rare", "agent+tenant", "past"));
            Collections.shuffle(kinds, random);
            for (String kind : kinds) {
                page(kind, query(kind, random.nextInt(TENANTS), random.nextInt(AGENTS)));
            }
        }
        Map<String, Double> figures = new TreeMap<>();
        List<Double> all = millis.values().stream().flatMap(List::stream).toList();
        figures.put("page.p50.ms", percentile(all, 50));
        figures.put("page.p99.ms", percentile(all, 99));
        figures.put("pages", (double) all.size());
        millis.forEach((kind, values) -> figures.put("page." + kind + ".p99.ms", percentile(values, 99)));
        return figures;
    }

    private Map<String, String> query(String kind, int tenant, int agent) {
        String failed = "failed";
        return switch (kind) {
            case "state" -> Map.of("state", "completed,queued");
            case "rare" -> Map.of("state", failed);
            case "tenant" -> Map.of("tenant", "history-tenant-" + tenant);
            case "tenant+state" -> Map.of("tenant", "history-tenant-" + tenant, "state", "completed");
            case "agent" -> Map.of("agent", "history-agent-" + agent);
            case "agent+rare" -> Map.of("agent", "history-agent-" + agent, "state", failed);
            case "agent+tenant" -> Map.of("agent", "history-agent-" + agent, "tenant", "history-tenant-" + tenant);
            default -> Map.of();
        };
    }

    /** A page that ends at some time in the past, and the one after it. */
    private void page(String kind, Map<String, String> criteria) throws IOException, InterruptedException {
        Map<String, String> query = new HashMap<>(criteria);
        query.put("limit", Integer.toString(LIMIT));
        if (random.nextBoolean() || kind.equals("past")) {
            long back = (long) (random.nextDouble() * SPAN.toMillis());
            query.put("to", Instant.now().minusMillis(back).toString());
        }
        String next = timed(kind, query).path("next").asText("");
        if (!next.isEmpty()) {
            query.put("cursor", next);
            timed(kind, query);
        }
    }

    private JsonNode timed(String kind, Map<String, String> query) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        JsonNode page = admin.tasks(query);
        millis.computeIfAbsent(kind, k -> new ArrayList<>()).add((System.nanoTime() - begun) / 1e6);
        return page;
    }

    /** The smallest value that so many percent are not above. */
    static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
    }
}
