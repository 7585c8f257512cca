// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A line of the table {@code probes.txt}: a call that may be made again and again, and how its answer is known to be real.
 *
 * @param pointer to what is looked at in the answer
 * @param wanted what that must be
 * @param lags whether it is so only when the plugin has read what happened before
 */
record Probe(CapabilityCall call, String pointer, String wanted, boolean lags) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every line, with what stands for the names in braces. */
    static List<Probe> all(Map<String, String> names) throws IOException {
        List<Probe> probes = new ArrayList<>();
        try (InputStream in = Probe.class.getResourceAsStream("probes.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    probes.add(of(line, names));
                }
            }
        }
        return probes;
    }

    private static Probe of(String line, Map<String, String> names) throws IOException {
        String named = line;
        for (Map.Entry<String, String> name : names.entrySet()) {
            named = named.replace('{' + name.getKey() + '}', name.getValue());
        }
        String[] cells = named.split(" \\| ");
        String[] operation = cells[0].split("/");
        CapabilityCall call =
                CapabilityCall.of(operation[0], JSON.readTree(cells[1])).operation(operation[1]);
        return new Probe(call, cells[2], cells[3], cells.length > 4);
    }

    String capability() {
        return call.capability();
    }

    CapabilityAnswer ask(SkepClient client) throws IOException, InterruptedException {
        return client.call(call);
    }

    /** Whether a plugin gave an answer that is a real one. */
    boolean isGood(CapabilityAnswer answer) {
        JsonNode seen = answer.data().at(pointer);
        String text = seen.isValueNode() ? seen.asText() : seen.toString();
        String rest = wanted.substring(1);
        return answer.isAnswered()
                && !seen.isMissingNode()
                && switch (wanted.charAt(0)) {
                    case '=' -> text.equals(rest);
                    case '>' -> seen.asDouble() > Double.parseDouble(rest);
                    case '~' -> text.contains(rest);
                    default -> throw new IllegalStateException("what is " + wanted + "?");
                };
    }
}
