// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a log has as evidence for controls of SOC 2, ISO/IEC 27001, GDPR, the EU AI Act and the NIST AI RMF. It never says
 * that somebody complies. The same log, period, tenant and version give the same bytes, once the segments of the period
 * are closed: nothing in it depends on when it was made.
 *
 * @param log name of it
 * @param version of the software
 * @param from the beginning of the period, included
 * @param to the end of the period, not included
 * @param tenant whose events count; null for all
 * @param integrity what the verifier says of the whole log
 * @param events of the period and tenant
 * @param findings in the order of the table of controls
 * @param proofs that the events of the samples are in the log, by their numbers; one that no checkpoint covers has none
 */
public record ComplianceReport(
        String log,
        String version,
        Instant from,
        Instant to,
        @Nullable String tenant,
        Verification integrity,
        long events,
        List<Finding> findings,
        TreeMap<Long, InclusionProof> proofs) {
    /** What every report says of itself. */
    public static final String LIMITS = "This is evidence from one log for the controls named. It is no statement that"
            + " anybody complies with anything. What no event tells is not assessed.";

    /** Copies the findings. */
    public ComplianceReport {
        findings = List.copyOf(findings);
    }

    /**
     * Makes a report. Reads the whole period.
     *
     * @param integrity what {@link Verifier#verify} says of the log
     * @param kept how long segments are kept
     * @throws IOException if the log cannot be read
     */
    public static ComplianceReport of(
            AuditLog log,
            String version,
            Instant from,
            Instant to,
            @Nullable String tenant,
            Verification integrity,
            Duration kept)
            throws IOException {
        List<Assessment> assessments =
                Control.table().stream().map(Assessment::new).toList();
        Query period = new Query(from, to, null, null, null, null, null);
        long events = 0;
        long after = 0;
        do {
            Page page = log.query(period, after, Integer.MAX_VALUE);
            for (AuditRecord event : page.events()) {
                if (tenant == null || tenant.equals(event.facts().get("tenant"))) {
                    events++;
                    assessments.forEach(assessment -> assessment.add(event));
                }
            }
            after = page.next();
        } while (after != 0);
        List<Finding> findings = assessments.stream()
                .map(assessment -> assessment.finding(to, integrity, kept))
                .toList();
        String name = log.verifyingKey().name();
        return new ComplianceReport(
                name, version, from, to, tenant, integrity, events, findings, proofs(log, findings));
    }

    private static TreeMap<Long, InclusionProof> proofs(AuditLog log, List<Finding> findings) throws IOException {
        TreeSet<Long> sampled = new TreeSet<>();
        findings.forEach(finding -> sampled.addAll(finding.sample()));
        TreeMap<Long, InclusionProof> proofs = new TreeMap<>();
        for (long seq : sampled) {
            InclusionProof proof = log.prove(seq).orElse(null);
            if (proof != null) {
                proofs.put(seq, proof);
            }
        }
        return proofs;
    }
}
