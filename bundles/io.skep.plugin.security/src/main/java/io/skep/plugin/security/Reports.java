// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.AuditMessages.Reported;
import io.skep.plugin.security.audit.ComplianceReport;
import io.skep.plugin.security.audit.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reports as files, of which the newest are kept: one can be larger than an answer. */
final class Reports {
    private static final int MOST = 100;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path directory;

    Reports(Path directory) {
        this.directory = directory;
    }

    /** Keeps a report under a name that says its period, so that the same report is the same file. */
    Reported keep(ComplianceReport report, String text, String format) throws IOException {
        Files.createDirectories(directory);
        String tenant = report.tenant() == null ? "" : report.tenant() + '-';
        String name = "evidence-" + tenant + time(report.from()) + '-' + time(report.to()) + '.' + format;
        Path part = Files.createTempFile(directory, "report", ".part");
        Files.write(part, text.getBytes(StandardCharsets.UTF_8));
        Path file = directory.resolve(name);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        prune();
        return new Reported(
                file.toString(),
                text.length(),
                count(report, Finding.Status.PASS),
                count(report, Finding.Status.FAIL),
                count(report, Finding.Status.NOT_ASSESSED));
    }

    private static String time(Instant at) {
        return TIME.format(at);
    }

    private static long count(ComplianceReport report, Finding.Status status) {
        return report.findings().stream()
                .filter(finding -> finding.status() == status)
                .count();
    }

    private void prune() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().startsWith("evidence-"))
                    .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified())
                            .reversed())
                    .toList();
        }
        for (Path old : files.subList(Math.min(MOST, files.size()), files.size())) {
            Files.deleteIfExists(old);
        }
    }
}
