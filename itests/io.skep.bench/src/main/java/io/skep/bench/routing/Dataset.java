// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.plugin.routing.rank.AgentText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Agents and tasks, as the files {@code NAME.agents.jsonl} and {@code NAME.tasks.jsonl} (or {@code .gz}) of a folder say.
 *
 * @param name of the set
 * @param agents in the order of the file
 * @param prices of the agents, 0 where there is none
 * @param items the tasks
 */
record Dataset(String name, List<AgentText> agents, double[] prices, List<Item> items) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AGENTS = ".agents.jsonl";

    /**
     * A task.
     *
     * @param label place of the agent that fits, -1 if none does or nobody says
     * @param scores one for each agent, or null
     * @param split what it is for, empty if it is for evaluation
     * @param family what it comes from, or empty
     */
    record Item(String text, int label, double @Nullable [] scores, String split, String family) {
        double outcome(int agent) {
            double[] all = scores;
            return all != null ? all[agent] : label == agent ? 1 : 0;
        }
    }

    boolean isScored() {
        return !items.isEmpty() && items.get(0).scores() != null;
    }

    List<Item> split(String split) {
        return items.stream().filter(item -> item.split().equals(split)).toList();
    }

    /** What rankings are judged on. */
    List<Item> evaluation() {
        List<Item> valid = split("valid");
        return valid.isEmpty() ? split("") : valid;
    }

    /**
     * Whether an agent, or a task where all agents have all tasks, is kept back from development: whatever is chosen by what
     * comes out is chosen with the others.
     */
    static boolean isHeldOut(String what) {
        return (what.hashCode() >>> 4 & 1) == 1;
    }

    /** The half of it that settings may be chosen with. */
    Dataset development() {
        return half(name, false);
    }

    /** The half of it that was kept back. */
    Dataset heldOut() {
        return half(name + ".unseen", true);
    }

    private Dataset half(String named, boolean heldOut) {
        boolean byTask = isScored();
        List<AgentText> some = new ArrayList<>();
        List<Double> costs = new ArrayList<>();
        int[] places = new int[agents.size()];
        for (int i = 0; i < places.length; i++) {
            boolean in = byTask || isHeldOut(agents.get(i).id()) == heldOut;
            places[i] = in ? some.size() : -1;
            if (in) {
                some.add(agents.get(i));
                costs.add(prices[i]);
            }
        }
        List<Item> theirs = new ArrayList<>();
        for (Item item : items) {
            int place = item.label() < 0 ? -1 : places[item.label()];
            if (item.label() < 0 ? isHeldOut(item.text()) == heldOut : place >= 0) {
                theirs.add(new Item(item.text(), place, item.scores(), item.split(), item.family()));
            }
        }
        return new Dataset(
                named, some, costs.stream().mapToDouble(Double::doubleValue).toArray(), theirs);
    }

    /** Every set in a folder. Agents without tasks of their own, whose descriptions list another set's agents, get its tasks. */
    static List<Dataset> read(Path folder) throws IOException {
        Map<String, Dataset> sets = new TreeMap<>();
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.contains(AGENTS))
                    .map(file -> file.substring(0, file.indexOf(AGENTS)))
                    .sorted()
                    .toList();
        }
        Map<String, List<JsonNode>> without = new TreeMap<>();
        for (String name : names) {
            List<JsonNode> agents = lines(folder, name + AGENTS);
            List<JsonNode> tasks = lines(folder, name + ".tasks.jsonl");
            if (tasks.isEmpty()) {
                without.put(name, agents);
            } else {
                sets.put(name, of(name, agents, tasks));
            }
        }
        without.forEach((name, agents) -> List.copyOf(sets.values()).stream()
                .flatMap(set -> Stream.ofNullable(grouped(name, agents, set)))
                .findFirst()
                .ifPresent(set -> sets.put(name, set)));
        return List.copyOf(sets.values());
    }

    private static Dataset of(String name, List<JsonNode> agents, List<JsonNode> tasks) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < agents.size(); i++) {
            places.put(agents.get(i).path("id").asText(), i);
        }
        List<Item> items = new ArrayList<>();
        for (JsonNode task : tasks) {
            double[] scores = null;
            if (task.has("scores")) {
                scores = new double[agents.size()];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = task.path("scores").path(i).asDouble();
                }
            }
            items.add(new Item(
                    task.path("text").asText(),
                    places.getOrDefault(task.path("label").asText(), -1),
                    scores,
                    task.path("split").asText(),
                    task.path("task").asText()));
        }
        return new Dataset(name, texts(agents), prices(agents), items);
    }

    private static @Nullable Dataset grouped(String name, List<JsonNode> agents, Dataset of) {
        Map<String, Integer> groups = new HashMap<>();
        for (int i = 0; i < agents.size(); i++) {
            for (String part : agents.get(i).path("desc").asText().split(",")) {
                groups.put(part.strip(), i);
            }
        }
        if (!of.agents().stream().allMatch(agent -> groups.containsKey(agent.name()))) {
            return null;
        }
        List<Item> items = of.evaluation().stream()
                .map(item -> new Item(
                        item.text(),
                        groups.getOrDefault(of.agents().get(item.label()).name(), -1),
                        null,
                        "",
                        ""))
                .toList();
        return new Dataset(name, texts(agents), prices(agents), items);
    }

    private static List<AgentText> texts(List<JsonNode> agents) {
        return agents.stream()
                .map(agent -> new AgentText(
                        agent.path("id").asText(),
                        agent.path("name").asText(),
                        agent.path("desc").asText(),
                        List.of()))
                .toList();
    }

    private static double[] prices(List<JsonNode> agents) {
        return agents.stream()
                .mapToDouble(agent -> agent.path("price").asDouble())
                .toArray();
    }

    private static List<JsonNode> lines(Path folder, String name) throws IOException {
        Path plain = folder.resolve(name);
        Path zipped = folder.resolve(name + ".gz");
        List<JsonNode> lines = new ArrayList<>();
        if (!Files.exists(plain) && !Files.exists(zipped)) {
            return lines;
        }
        try (InputStream in = Files.exists(plain)
                        ? Files.newInputStream(plain)
                        : new GZIPInputStream(Files.newInputStream(zipped));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    lines.add(JSON.readTree(line));
                }
            }
        }
        return lines;
    }
}
