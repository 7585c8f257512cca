// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Writes the Prometheus text format, version 0.0.4. Not thread-safe. */
final class PrometheusText {
    static final String TYPE = "text/plain;version=0.0.4;charset=utf-8";

    private final StringBuilder out = new StringBuilder(4096);
    private final Set<String> names = new HashSet<>();

    /** Whether a metric of that name has begun: there may be one only. */
    boolean has(String name) {
        return names.contains(name);
    }

    /** Begins a metric. */
    void head(String name, String type, String help) {
        names.add(name);
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** A metric of one sample. */
    void single(String name, String type, String help, Number value) {
        head(name, type, help);
        sample(name, "", value);
    }

    /**
     * A sample.
     *
     * @param labels as they stand between the braces, or empty
     */
    void sample(String name, String labels, Number value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(value);
        out.append('\n');
    }

    /** A label's value, escaped. */
    static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
