// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.monitoring.performance.Extremes;
import io.skep.plugin.monitoring.performance.Performance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is asked about how tasks do, and what is answered. Stateless. */
final class PerformanceRequests {
    private static final int MOST = 200;
    private static final int LISTED = 20;

    private PerformanceRequests() {}

    /**
     * Of what.
     *
     * @param by type, agent, skill or tenant; absent for type
     * @param name of one of them; absent for all
     */
    record TasksRequest(@Nullable String by, @Nullable String name) {
        TasksRequest {
            Inputs.oneOf("by", by, Performance.DIMENSIONS);
            Inputs.text("name", name, 256);
        }
    }

    /**
     * How tasks did.
     *
     * @param by by what they are told apart
     * @param window in words
     * @param rows those with most tasks first, at most 200
     */
    record Tasks(String by, String window, List<Performance.Row> rows) {}

    static Tasks tasks(TasksRequest asked, Performance performance, long now) {
        String by = asked.by() == null ? "type" : asked.by();
        List<Performance.Row> rows = performance.rows(by, asked.name(), now);
        return new Tasks(by, "this day and the day before (UTC)", rows.subList(0, Math.min(MOST, rows.size())));
    }

    /** Nothing needs to be said. */
    record RegressionsRequest() {}

    /**
     * Which are worst.
     *
     * @param by run, wait or cost; absent for run
     * @param most how many, 1 to 20; absent for all
     */
    record SlowestRequest(@Nullable String by, @Nullable Integer most) {
        SlowestRequest {
            Inputs.oneOf("by", by, Performance.EXTREMES);
            Inputs.range("most", most, 1, LISTED);
        }
    }

    /**
     * The worst.
     *
     * @param by by what
     * @param window in words
     * @param tasks the worst first
     */
    record Slowest(String by, String window, List<Extremes.Extreme> tasks) {}

    static Slowest slowest(SlowestRequest asked, Performance performance, long now) {
        String by = asked.by() == null ? "run" : asked.by();
        int most = asked.most() == null ? LISTED : asked.most();
        return new Slowest(by, "the last 24 hours", performance.extremes(by, most, now));
    }

    /**
     * In which form.
     *
     * @param format json or csv; absent for json
     * @param by type, agent, skill or tenant; absent for all of them
     */
    record ExportRequest(@Nullable String format, @Nullable String by) {
        ExportRequest {
            Inputs.oneOf("format", format, List.of("json", "csv"));
            Inputs.oneOf("by", by, Performance.DIMENSIONS);
        }
    }

    /**
     * What is exported.
     *
     * @param format of the text
     * @param rows how many there are in it
     * @param text a JSON array, or CSV (RFC 4180) with a header
     */
    record Export(String format, int rows, String text) {}

    static Export export(ExportRequest asked, Performance performance, Codec codec, long now) {
        List<Performance.Row> rows = new ArrayList<>();
        for (String dimension : Performance.DIMENSIONS) {
            if (asked.by() == null || asked.by().equals(dimension)) {
                rows.addAll(performance.rows(dimension, null, now));
            }
        }
        boolean csv = "csv".equals(asked.format());
        return new Export(csv ? "csv" : "json", rows.size(), csv ? csv(rows) : codec.write(rows));
    }

    private static String csv(List<Performance.Row> rows) {
        String header = "by,name,since,tasks,completed,attempts_per_task,wait_seconds_p50,wait_seconds_p99,"
                + "run_seconds_p50,run_seconds_p99,tokens,cost_micros\r\n";
        return rows.stream().map(PerformanceRequests::line).collect(Collectors.joining("", header, ""));
    }

    private static String line(Performance.Row row) {
        return String.format(
                Locale.ROOT,
                "%s,%s,%s,%d,%d,%.3f,%.3f,%.3f,%.3f,%.3f,%d,%d\r\n",
                row.by(),
                quoted(row.name()),
                Instant.ofEpochMilli(row.since()),
                row.tasks(),
                row.completed(),
                row.attemptsPerTask(),
                row.waitSecondsP50(),
                row.waitSecondsP99(),
                row.runSecondsP50(),
                row.runSecondsP99(),
                row.tokens(),
                row.costMicros());
    }

    /** Quoted, and never a formula to whoever opens it in a spreadsheet. */
    private static String quoted(String name) {
        String safe = name.isEmpty() || "=+-@".indexOf(name.charAt(0)) < 0 ? name : "'" + name;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }
}
