// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.BenchPlugin;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The calls that a server's capabilities describe by their examples, of operations that change nothing. */
final class Asks {
    /** It reads all of a record that grows with every call: a load of it would be another one each minute. */
    private static final String GROWING = "audit_logging verify";

    private Asks() {}

    /**
     * All of them that are answered now, evenly shared by the plugins.
     *
     * @throws IOException if a plugin has none
     */
    static List<Ask> of(SkepClient admin) throws IOException, InterruptedException {
        Map<String, String> plugins = new TreeMap<>();
        for (JsonNode plugin : admin.plugins()) {
            plugin.path("capabilities")
                    .forEach(id -> plugins.put(
                            id.isTextual() ? id.asText() : id.path("id").asText(),
                            plugin.path("name").asText()));
        }
        Map<String, List<Ask>> byPlugin = new TreeMap<>();
        for (JsonNode capability : admin.capabilities()) {
            String plugin = plugins.getOrDefault(capability.path("id").asText(), "");
            if (!plugin.equals(BenchPlugin.NAME)) {
                byPlugin.computeIfAbsent(plugin, name -> new ArrayList<>()).addAll(answered(admin, plugin, capability));
            }
        }
        for (Map.Entry<String, List<Ask>> entry : byPlugin.entrySet()) {
            if (entry.getValue().isEmpty()) {
                throw new IOException("None of the examples of " + entry.getKey() + " can be called again and again");
            }
        }
        return interleaved(byPlugin);
    }

    private static List<Ask> answered(SkepClient admin, String plugin, JsonNode capability)
            throws IOException, InterruptedException {
        List<Ask> asks = new ArrayList<>();
        String id = capability.path("id").asText();
        for (JsonNode operation : capability.path("operations")) {
            String name = operation.path("name").asText();
            for (JsonNode example : operation.path("examples")) {
                if (operation.path("sideEffectFree").asBoolean() && !GROWING.equals(id + ' ' + name)) {
                    CapabilityCall call = CapabilityCall.of(id, example).operation(name);
                    var answer = admin.call(call);
                    if (answer.isAnswered()) {
                        asks.add(new Ask(plugin, id, name, example.toString()));
                    } else {
                        System.out.println("left out, since it is not answered: " + id + " " + name + " " + example
                                + ": " + answer.status());
                    }
                }
            }
        }
        return asks;
    }

    /** As many calls of each plugin, however many examples it has. */
    static List<Ask> interleaved(Map<String, List<Ask>> byPlugin) {
        int most = byPlugin.values().stream().mapToInt(List::size).max().orElse(0);
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            for (List<Ask> some : byPlugin.values()) {
                asks.add(some.get(i % some.size()));
            }
        }
        return asks;
    }
}
