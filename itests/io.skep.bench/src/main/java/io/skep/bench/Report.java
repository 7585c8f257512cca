// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The findings with all that is needed to read them. Immutable.
 *
 * @param bench the benchmark
 * @param version of Skep
 * @param commit that it was built from, or {@code unknown}
 * @param machine that it ran on
 */
record Report(String bench, String version, String commit, String machine, Findings findings) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A table for people. */
    void print(PrintStream out) {
        out.println(bench + ", Skep " + version + " (" + commit + ")");
        out.println(machine);
        out.println("durability: " + findings.durability());
        out.println();
        for (Result result : findings.results()) {
            Double ratio = result.ratio();
            String peer = result.peerValue() == null
                    ? ""
                    : "   " + result.peer() + " " + figure(result.peerValue())
                            + (ratio == null ? "" : ", ratio " + figure(ratio));
            out.println(String.format("%-28s %12s %-6s%s", result.name(), figure(result.value()), result.unit(), peer)
                    .stripTrailing());
        }
        findings.violations().forEach(violation -> out.println("VIOLATION: " + violation));
        out.flush();
    }

    /** One JSON object for programs. */
    void write(Path file) throws IOException {
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json());
    }

    /** The same as a value. */
    ObjectNode json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("bench", bench).put("version", version).put("commit", commit);
        root.put("machine", machine).put("durability", findings.durability());
        root.putArray("results");
        for (Result result : findings.results()) {
            ObjectNode row = root.withArray("results").addObject();
            row.put("name", result.name()).put("value", result.value()).put("unit", result.unit());
            Double ratio = result.ratio();
            if (result.peerValue() != null) {
                row.put("peer", result.peer()).put("peerValue", result.peerValue());
            }
            if (ratio != null) {
                row.put("ratio", ratio);
            }
        }
        findings.violations().forEach(root.putArray("violations")::add);
        return root;
    }

    private static String figure(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%,.3f", value);
    }
}
