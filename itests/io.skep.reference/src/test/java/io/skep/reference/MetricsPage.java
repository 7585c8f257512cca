// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static io.skep.reference.Markdown.literal;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} has. */
final class MetricsPage {
    private static final String MEANING = "io.skep.plugin.monitoring.figures.Meaning";
    private static final Pattern METRIC = Pattern.compile(
            "(?:head|single|each)\\(\\s*(?:text,\\s*)?(\"[a-z_]+\"|name),\\s*\"(counter|gauge|histogram|summary)\",\\s*(\"[^\"]+\"|[a-zA-Z]+)");

    private MetricsPage() {}

    /** What the server itself counts: name, type, meaning. */
    static Map<String, List<String>> ofTheServer() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (var file : Code.files(Code.BUNDLES.resolve("io.skep.http/src/main/java"), ".java")) {
            String source = Code.read(file);
            Matcher metric = METRIC.matcher(source);
            while (metric.find()) {
                // In each(...) all three are parameters of it.
                if (!metric.group(1).equals("name") || source.contains("String name = \"")) {
                    String name = literalOf(metric.group(1), source);
                    rows.put(name, List.of(literal(name), metric.group(2), literalOf(metric.group(3), source)));
                }
            }
        }
        return rows;
    }

    private static String literalOf(String expression, String source) {
        if (expression.startsWith("\"")) {
            return expression.substring(1, expression.length() - 1);
        }
        Matcher assigned =
                Pattern.compile("String " + expression + " = \"([^\"]+)\";").matcher(source);
        if (!assigned.find()) {
            throw new IllegalStateException("nothing says what " + expression + " is");
        }
        return assigned.group(1);
    }

    /** What the plugin performance-monitoring adds: name, type, unit, meaning. */
    static Map<String, List<String>> ofMonitoring() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (Class<?> type : Code.classes("io.skep.plugin.monitoring")) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && field.getType().getName().equals(MEANING)) {
                    List<String> row = row(field);
                    rows.put(row.get(0), row);
                }
            }
        }
        return rows;
    }

    private static List<String> row(Field field) {
        try {
            field.setAccessible(true);
            Object meaning = field.get(null);
            List<String> cells = new ArrayList<>();
            for (String part : List.of("name", "type", "unit", "help", "exported")) {
                cells.add(String.valueOf(meaning.getClass().getMethod(part).invoke(meaning)));
            }
            return List.of(
                    literal(cells.get(0)),
                    cells.get(1).toLowerCase(Locale.ROOT),
                    cells.get(2),
                    cells.get(4).equals("true") ? "yes" : "",
                    cells.get(3));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(field + " cannot be read", e);
        }
    }

    static String write() {
        return new Markdown(
                        "Metrics",
                        "What `GET /metrics` has, as Prometheus' text. The server's own are there always; the others while the"
                                + " plugin\nperformance-monitoring is, see [docs/monitoring.md](../monitoring.md#figures).")
                .heading(2, "Of the server")
                .table(
                        List.of("name", "type", "meaning"),
                        List.copyOf(ofTheServer().values()))
                .heading(2, "Of the plugin performance-monitoring")
                .paragraph(
                        "All are figures that rules and `monitor:figures` know; those that say so are in `/metrics`, where"
                                + " the others are there\nalready or are made by Prometheus itself.")
                .table(
                        List.of("name", "type", "unit", "in `/metrics`", "meaning"),
                        List.copyOf(ofMonitoring().values()))
                .toString();
    }
}
