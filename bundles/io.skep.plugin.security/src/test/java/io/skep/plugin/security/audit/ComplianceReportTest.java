// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.plugin.security.audit.Finding.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComplianceReportTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-04-01T00:00:00Z");
    private static final Verification INTACT = new Verification(null, 1, 2, 2, 2, List.of());

    @TempDir
    Path home;

    private Logs logs;

    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
    }

    private static AuditEvent event(String action, String type, String id, Outcome outcome) {
        return AuditEvent.of(Category.API_ACTIVITY, Actor.service("x"), action, new Target(type, id), outcome)
                .fact("tenant", "blue");
    }

    private ComplianceReport report(AuditLog log, String tenant) throws IOException {
        return ComplianceReport.of(log, "0.1.0", START, END, tenant, logs.verify(), Duration.ofDays(400));
    }

    private static Finding finding(ComplianceReport report, String control) {
        return report.findings().stream()
                .filter(finding -> finding.control().equals(control))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void report_saysWhatTheEventsShow_withProofs() throws IOException {
        logs.settings = Logs.settings(3000, 1);
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(event("update", "flag", "f", Outcome.DENIED)));
            Logs.await(log.append(event("update", "flag", "f", Outcome.SUCCESS)));
        }
        try (AuditLog log = logs.open()) {
            ComplianceReport report = report(log, "blue");
            assertThat(report.events()).isEqualTo(2);
            assertThat(finding(report, "CC6.1"))
                    .isEqualTo(new Finding(
                            "SOC 2",
                            "CC6.1",
                            "Access to resources is decided by rules, and refusals are recorded",
                            Status.PASS,
                            1,
                            "there are such events",
                            List.of(1L)));
            assertThat(finding(report, "CC8.1").sample()).containsExactly(1L, 2L);
            assertThat(finding(report, "CC7.5").status()).isEqualTo(Status.NOT_ASSESSED);
            assertThat(finding(report, "A.8.15").status()).isEqualTo(Status.PASS);
            assertThat(finding(report, "Art. 19").status()).isEqualTo(Status.PASS);
            assertThat(finding(report, "Art. 30").status()).isEqualTo(Status.NOT_ASSESSED);
            assertThat(report.proofs()).containsOnlyKeys(1L, 2L);
            assertThat(report.proofs().values()).allMatch(proof -> proof.isValid(Logs.KEY.verifyingKey()));
            assertThat(report(log, "red").events()).isZero();
            assertThat(report(log, null).events()).isEqualTo(2);
        }
    }

    @Test
    void sameInputs_giveTheSameBytes() throws IOException {
        logs.settings = Logs.settings(3000, 1000);
        logs.write(9);
        String[] json = new String[2];
        String[] html = new String[2];
        for (int i = 0; i < 2; i++) {
            try (AuditLog log = logs.open()) {
                ComplianceReport report = report(log, null);
                json[i] = ReportFormats.json(report);
                html[i] = ReportFormats.html(report) + ReportFormats.csv(report);
            }
            logs.clock.advance(Duration.ofHours(1));
        }
        assertThat(json[0]).isEqualTo(json[1]);
        assertThat(html[0]).isEqualTo(html[1]);
        assertThat(json[0] + html[0]).containsIgnoringCase("evidence").doesNotContainIgnoringCase("compliant");
    }

    @Test
    void json_hasAllThatIsNeededToCheckIt() throws IOException {
        logs.write(5);
        try (AuditLog log = logs.open()) {
            JsonNode json = new ObjectMapper().readTree(ReportFormats.json(report(log, null)));
            assertThat(json.path("events").asInt()).isEqualTo(5);
            assertThat(json.path("tenant").asText()).isEqualTo("*");
            assertThat(json.path("from").asText()).isEqualTo("2026-01-01T00:00:00Z");
            assertThat(json.at("/integrity/intact").asBoolean()).isTrue();
            assertThat(json.at("/integrity/signed").asInt()).isEqualTo(5);
            assertThat(json.path("findings")).hasSize(Control.table().size());
            json.path("proofs").properties().forEach(proof -> {
                List<String> path = new ArrayList<>();
                proof.getValue().path("path").forEach(hash -> path.add(hash.asText()));
                assertThat(new InclusionProof(
                                        proof.getValue().path("event").asText(),
                                        proof.getValue().path("index").asLong(),
                                        path,
                                        proof.getValue().path("checkpoint").asText())
                                .isValid(Logs.KEY.verifyingKey()))
                        .isTrue();
            });
            assertThat(json.path("proofs")).isNotEmpty();
        }
    }

    @Test
    void csvAndHtml_haveARowForEachControl_andAreSafe() throws IOException {
        ComplianceReport report = new ComplianceReport(
                "l<g",
                "1",
                START,
                END,
                null,
                INTACT,
                0,
                List.of(new Finding("=F", "C\"1", "a<b>&", Status.FAIL, 3, "@x", List.of(1L, 2L))),
                new TreeMap<>());
        assertThat(ReportFormats.csv(report).lines())
                .containsExactly(
                        "\"framework\",\"control\",\"asks\",\"evidence\",\"events\",\"found\",\"sample\"",
                        "\"'=F\",\"C\"\"1\",\"a<b>&\",\"fail\",\"3\",\"'@x\",\"1 2\"");
        assertThat(ReportFormats.csv(report)).endsWith("\r\n");
        assertThat(ReportFormats.html(report))
                .contains("<tr><td>=F</td><td>C&quot;1</td><td>a&lt;b&gt;&amp;</td><td>fail</td><td>3</td>", "l&lt;g")
                .contains("<th>framework</th>", "<td>tenant</td><td>*</td>")
                .doesNotContain("<script", "l<g");
        for (String cell : List.of("+1", "-1", "\tx", "\rx")) {
            assertThat(ReportFormats.quoted(cell)).startsWith("\"'");
        }
        assertThat(ReportFormats.quoted("")).isEqualTo("\"\"");
    }

    private static AuditRecord at(int day, String action, String object) {
        Instant time = START.plus(Duration.ofDays(day));
        return new AuditRecord(day + 1, "i", time, "a", action, "p", object, "success", Map.of(), "");
    }

    private static Finding assessed(String rule, Verification log, AuditRecord... events) {
        Assessment assessment = new Assessment(Control.parse("F | C | asks | " + rule));
        List.of(events).forEach(assessment::add);
        return assessment.finding(START.plus(Duration.ofDays(90)), log, Duration.ofDays(100));
    }

    @Test
    void answeredRule_asksForAnAnswerInTime_onTheSameObject() {
        String rule = "answered 30 ask:p:* by done:p:success";
        assertThat(assessed(rule, INTACT).status()).isEqualTo(Status.NOT_ASSESSED);
        assertThat(assessed(rule, INTACT, at(0, "ask", "x"), at(30, "done", "x"))
                        .status())
                .isEqualTo(Status.PASS);
        Finding late = assessed(rule, INTACT, at(0, "ask", "x"), at(31, "done", "x"));
        assertThat(late.status()).isEqualTo(Status.FAIL);
        assertThat(late.words()).isEqualTo("1 were answered after 30 days, and 0 not");
        assertThat(late.events()).isEqualTo(1);
        assertThat(assessed(rule, INTACT, at(0, "ask", "x"), at(1, "done", "y")).words())
                .isEqualTo("0 were answered after 30 days, and 1 not");
        assertThat(assessed(rule, INTACT, at(60, "ask", "x")).status()).isEqualTo(Status.PASS);
        assertThat(assessed(rule, INTACT, at(59, "ask", "x")).status()).isEqualTo(Status.FAIL);
        assertThat(assessed(rule, INTACT, at(0, "ask", "x"), at(20, "ask", "x"), at(31, "done", "x"))
                        .status())
                .isEqualTo(Status.FAIL);
        assertThat(assessed(rule, INTACT, at(1, "done", "x"), at(70, "ask", "x"))
                        .status())
                .isEqualTo(Status.PASS);
    }

    @Test
    void tooManyOpenRequests_areNotAssessed() {
        Assessment assessment = new Assessment(Control.parse("F | C | asks | answered 30 ask:p:* by done:p:success"));
        for (int i = 0; i <= Assessment.MOST_OPEN; i++) {
            assessment.add(at(80, "ask", "x" + i));
        }
        Finding finding = assessment.finding(START.plus(Duration.ofDays(90)), INTACT, Duration.ofDays(100));
        assertThat(finding.status()).isEqualTo(Status.NOT_ASSESSED);
        assertThat(finding.words()).isEqualTo("more than 10000 wait for an answer");
        assertThat(finding.sample()).hasSize(3);
    }

    @Test
    void otherRules_sayWhatTheySay() {
        Verification broken = new Verification(new Verification.Problem("f", 2, "bad"), 1, 2, 2, 2, List.of());
        assertThat(assessed("none ask:p:failure ask:p:success", INTACT, at(1, "ask", "x"))
                        .status())
                .isEqualTo(Status.FAIL);
        assertThat(assessed("none ask:p:failure", INTACT, at(1, "ask", "x")).status())
                .isEqualTo(Status.PASS);
        assertThat(assessed("some ask:q:*", INTACT, at(1, "ask", "x")).status()).isEqualTo(Status.NOT_ASSESSED);
        assertThat(assessed("some *:*:*", INTACT, at(1, "ask", "x")).status()).isEqualTo(Status.PASS);
        assertThat(assessed("integrity", broken).words()).isEqualTo("the log does not verify: f, event 2: bad");
        assertThat(assessed("integrity", broken).status()).isEqualTo(Status.FAIL);
        assertThat(assessed("integrity", INTACT).words()).endsWith("signed up to event 2");
        assertThat(assessed("kept 100", INTACT).status()).isEqualTo(Status.PASS);
        assertThat(assessed("kept 101", INTACT).status()).isEqualTo(Status.FAIL);
        assertThat(assessed("manual", INTACT).status()).isEqualTo(Status.NOT_ASSESSED);
        assertThatThrownBy(() -> Control.parse("F | C | asks | some a:b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void table_hasTheFiveFrameworks_eachControlOnce() {
        List<Control> table = Control.table();
        assertThat(table.stream().map(Control::framework).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("SOC 2", "ISO/IEC 27001:2022", "GDPR", "EU AI Act", "NIST AI RMF 1.0");
        assertThat(table.stream().map(control -> control.framework() + control.id()))
                .doesNotHaveDuplicates();
        assertThat(table)
                .allMatch(control -> (control.rule() == Control.Rule.ANSWERED)
                        == !control.answers().isEmpty());
    }
}
