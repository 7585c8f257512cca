// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes reports: canonical JSON with everything, CSV (RFC 4180) with a row per control, HTML without scripts to read. */
public final class ReportFormats {
    private ReportFormats() {}

    /** All of it, with the proofs, as canonical JSON. */
    public static String json(ComplianceReport report) {
        Map<String, Object> json = head(report);
        json.put(
                "findings",
                report.findings().stream().map(ReportFormats::finding).toList());
        Map<String, Object> proofs = new TreeMap<>();
        report.proofs()
                .forEach((seq, proof) -> proofs.put(
                        Line.number(seq),
                        Map.of(
                                "checkpoint", proof.checkpoint(),
                                "event", proof.event(),
                                "index", proof.index(),
                                "path", proof.path())));
        json.put("proofs", proofs);
        return CanonicalJson.write(json) + '\n';
    }

    private static Map<String, Object> head(ComplianceReport report) {
        Verification integrity = report.integrity();
        Map<String, Object> head = new TreeMap<>();
        head.put("log", report.log());
        head.put("version", report.version());
        head.put("from", report.from().toString());
        head.put("to", report.to().toString());
        head.put("tenant", report.tenant() == null ? "*" : report.tenant());
        head.put("events", report.events());
        head.put("limits", ComplianceReport.LIMITS);
        head.put(
                "integrity",
                new TreeMap<>(Map.of(
                        "intact", integrity.isIntact(),
                        "problem", integrity.isIntact() ? "" : String.valueOf(integrity.problem()),
                        "last", integrity.last(),
                        "signed", integrity.signed(),
                        "verifier", "java -cp BUNDLE io.skep.plugin.security.audit.Verifier ROOT CHECKPOINTS KEY")));
        return head;
    }

    private static Map<String, Object> finding(Finding finding) {
        return Map.of(
                "framework", finding.framework(),
                "control", finding.control(),
                "asks", finding.asks(),
                "status", finding.status().toString(),
                "events", finding.events(),
                "words", finding.words(),
                "sample", finding.sample());
    }

    /** A row for each control, with a heading. */
    public static String csv(ComplianceReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("framework", "control", "asks", "evidence", "events", "found", "sample"));
        report.findings().forEach(finding -> rows.add(cells(finding)));
        return rows.stream()
                .map(row -> row.stream().map(ReportFormats::quoted).collect(Collectors.joining(",")) + "\r\n")
                .collect(Collectors.joining());
    }

    private static List<String> cells(Finding finding) {
        return List.of(
                finding.framework(),
                finding.control(),
                finding.asks(),
                finding.status().toString(),
                Long.toString(finding.events()),
                finding.words(),
                finding.sample().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    /** A spreadsheet takes what begins so for a formula; with an apostrophe it does not. */
    static String quoted(String cell) {
        String safe = !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 ? '\'' + cell : cell;
        return '"' + safe.replace("\"", "\"\"") + '"';
    }

    /** A page to read. */
    public static String html(ComplianceReport report) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Evidence</title><style>
                body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em;text-align:left}
                </style></head><body>
                """);
        page.append("<h1>Evidence from the log ")
                .append(escaped(report.log()))
                .append("</h1>\n<p>")
                .append(escaped(ComplianceReport.LIMITS))
                .append("</p>\n<table>\n");
        head(report).forEach((name, value) -> row(page, "td", Stream.of(name, String.valueOf(value))));
        page.append("</table>\n<h2>Controls</h2>\n<table>\n");
        row(page, "th", Stream.of("framework", "control", "asks", "evidence", "events", "found", "sample"));
        report.findings().forEach(finding -> row(page, "td", cells(finding).stream()));
        return page.append("</table>\n</body></html>\n").toString();
    }

    private static void row(StringBuilder page, String tag, Stream<String> cells) {
        page.append("<tr>");
        cells.forEach(cell -> page.append('<')
                .append(tag)
                .append('>')
                .append(escaped(cell))
                .append("</")
                .append(tag)
                .append('>'));
        page.append("</tr>\n");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
