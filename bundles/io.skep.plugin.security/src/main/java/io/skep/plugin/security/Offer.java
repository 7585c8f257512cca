// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the plugin offers. While there is no provider, calls wait for the next, so that a swap costs nobody a refusal; each
 * operation says what a caller must be allowed, as calling a capability alone is not enough for any of them.
 */
final class Offer {
    private static final String TOKEN = "token";
    private static final String POLICY = "policy";
    private static final String AUDIT = "audit";
    private static final Duration LONG = Duration.ofSeconds(4);
    private static final String ADA =
            "\"principal\":{\"id\":\"ada\",\"kind\":\"human\",\"tenant\":\"default\",\"roles\":[\"developer\"]}";

    private static final Capability OAUTH_AUTH = new Capability(
            Capabilities.OAUTH_AUTH,
            List.of(
                    Operation.named("authenticate")
                            .summary("Says whose token it is")
                            .input(IdentityOperations.Authenticate.class)
                            .output(IdentityOperations.Authenticated.class)
                            .sideEffectFree()
                            .timeout(LONG)
                            .needs("read", TOKEN)
                            .shellCommand("auth:who")
                            .examples("{\"token\":\"nobodys\"}")
                            .build(),
                    Operation.named("token")
                            .summary("Gives a client an access token for its secret")
                            .input(IdentityOperations.TokenRequest.class)
                            .output(IdentityOperations.Token.class)
                            .idempotent()
                            .timeout(LONG)
                            .needs("issue", TOKEN)
                            .examples("{\"clientId\":\"nobody\",\"clientSecret\":\"none\"}")
                            .build(),
                    Operation.named("published-keys")
                            .summary("The public keys of our own tokens, as a JWK set")
                            .input(IdentityOperations.Nothing.class)
                            .output(IdentityOperations.PublishedKeys.class)
                            .sideEffectFree()
                            .needs("read", TOKEN)
                            .examples("{}")
                            .build(),
                    Operation.named("credentials")
                            .summary("Lists API keys and clients, without their secrets")
                            .input(IdentityOperations.Nothing.class)
                            .output(IdentityOperations.Credentials.class)
                            .sideEffectFree()
                            .needs("list", TOKEN)
                            .shellCommand("auth:credentials")
                            .examples("{}")
                            .build(),
                    Operation.named("issue")
                            .summary("Makes an API key or a client, and tells its secret this once")
                            .input(IdentityOperations.Issue.class)
                            .output(IdentityOperations.Issued.class)
                            .timeout(LONG)
                            .needs("issue", TOKEN)
                            .shellCommand("auth:issue")
                            .examples(
                                    "{\"type\":\"api-key\",\"subject\":\"ada\",\"kind\":\"human\",\"roles\":[\"developer\"]}",
                                    "{\"type\":\"client\",\"subject\":\"alice\",\"kind\":\"agent\",\"owner\":\"ada\","
                                            + "\"roles\":[\"agent\"],\"days\":90}")
                            .build(),
                    Operation.named("rotate")
                            .summary("Makes a new secret for an API key or a client")
                            .input(IdentityOperations.Rotate.class)
                            .output(IdentityOperations.Issued.class)
                            .timeout(LONG)
                            .needs("rotate", TOKEN)
                            .shellCommand("auth:rotate")
                            .examples("{\"id\":\"none\",\"overlapSeconds\":3600}")
                            .build(),
                    Operation.named("revoke")
                            .summary("Makes a credential, or all tokens of a subject or an issuer, worth nothing")
                            .input(IdentityOperations.Revoke.class)
                            .output(IdentityOperations.Revoked.class)
                            .idempotent()
                            .needs("revoke", TOKEN)
                            .shellCommand("auth:revoke")
                            .examples("{\"id\":\"none\"}", "{\"issuer\":\"https://id.example\",\"subject\":\"eve\"}")
                            .build()));

    private static final Capability RBAC_ENFORCEMENT = new Capability(
            Capabilities.RBAC_ENFORCEMENT,
            List.of(
                    Operation.named("authorize")
                            .summary("Says whether somebody may do something, as an edge would decide")
                            .input(Admission.Ask.class)
                            .output(PolicyOperations.Decided.class)
                            .sideEffectFree()
                            .needs("read", POLICY)
                            .shellCommand("policy:ask")
                            .examples("{" + ADA + ",\"action\":\"cancel\",\"type\":\"task\",\"tenant\":\"default\","
                                    + "\"owner\":\"ada\"}")
                            .build(),
                    Operation.named("explain")
                            .summary("The same with every check and rule that was looked at")
                            .input(Admission.Ask.class)
                            .output(PolicyOperations.Explained.class)
                            .sideEffectFree()
                            .needs("read", POLICY)
                            .shellCommand("policy:explain")
                            .examples("{" + ADA + ",\"action\":\"upgrade\",\"type\":\"plugin\"}")
                            .build(),
                    Operation.named("admit")
                            .summary("Decides for an edge who it is and whether they may, and records that")
                            .input(Admission.Ask.class)
                            .output(Admission.Answer.class)
                            .idempotent()
                            .immediate()
                            .timeout(LONG)
                            .needs("update", POLICY)
                            .examples("{" + ADA + ",\"address\":\"127.0.0.1\",\"call\":\"GET /api/v1/tasks\","
                                    + "\"action\":\"list\",\"type\":\"task\",\"narrowable\":true}")
                            .build(),
                    Operation.named("policy")
                            .summary("The policy in force")
                            .input(PolicyOperations.ShowPolicy.class)
                            .output(PolicyOperations.Shown.class)
                            .sideEffectFree()
                            .needs("read", POLICY)
                            .shellCommand("policy:show")
                            .examples("{}")
                            .build(),
                    Operation.named("check-policy")
                            .summary("Says what is wrong with a policy, without taking it")
                            .input(PolicyOperations.CheckPolicy.class)
                            .output(PolicyOperations.Taken.class)
                            .sideEffectFree()
                            .needs("read", POLICY)
                            .shellCommand("policy:check")
                            .examples("{\"document\":\"roles: {}\"}")
                            .build(),
                    Operation.named("set-policy")
                            .summary("Takes a policy in place of the one before, for the next decision")
                            .input(PolicyOperations.SetPolicy.class)
                            .output(PolicyOperations.Taken.class)
                            .idempotent()
                            .needs("update", POLICY)
                            .shellCommand("policy:set")
                            .examples("{\"document\":\"roles: {}\"}")
                            .build()));

    private static final Capability AUDIT_LOGGING = new Capability(
            Capabilities.AUDIT_LOGGING,
            List.of(
                    Operation.named("append")
                            .summary("Records what the caller did, under the name that it came in with")
                            .input(AuditMessages.Append.class)
                            .output(AuditMessages.Recorded.class)
                            // In a swap it waits for the version before to let go of the log.
                            .timeout(LONG)
                            .needs("append", AUDIT)
                            .forAgentsToo()
                            .shellCommand("audit:append")
                            .examples(
                                    "{\"action\":\"send\",\"type\":\"mail\",\"id\":\"m-1\",\"facts\":{\"model\":\"m\"}}")
                            .build(),
                    Operation.named("query")
                            .summary("Finds events by time, actor, action and object")
                            .input(AuditMessages.Find.class)
                            .output(AuditMessages.Found.class)
                            .sideEffectFree()
                            .timeout(LONG)
                            .needs("query", AUDIT)
                            .withinTenant()
                            .shellCommand("audit:query")
                            .examples(
                                    "{}",
                                    "{\"type\":\"flag\",\"limit\":20}",
                                    "{\"outcome\":\"denied\",\"tenant\":\"default\"}")
                            .build(),
                    Operation.named("verify")
                            .summary("Reads the whole log and says whether anything was changed")
                            .input(AuditMessages.Nothing.class)
                            .output(AuditMessages.Verified.class)
                            .sideEffectFree()
                            .timeout(LONG)
                            .needs("verify", AUDIT)
                            .shellCommand("audit:verify")
                            .examples("{}")
                            .build(),
                    Operation.named("prove")
                            .summary("All that is needed to check that an event is in the log")
                            .input(AuditMessages.Prove.class)
                            .output(AuditMessages.Proof.class)
                            .sideEffectFree()
                            .timeout(LONG)
                            .needs("verify", AUDIT)
                            .shellCommand("audit:prove")
                            .examples("{\"seq\":1}")
                            .build(),
                    Operation.named("report")
                            .summary("Writes a report of the evidence that the log has for controls of five frameworks")
                            .input(AuditMessages.Report.class)
                            .output(AuditMessages.Reported.class)
                            .idempotent()
                            .timeout(LONG)
                            .needs("report", AUDIT)
                            .shellCommand("audit:report")
                            .examples("{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2027-01-01T00:00:00Z\","
                                    + "\"format\":\"json\"}")
                            .build(),
                    Operation.named("hold")
                            .summary("Keeps a period whatever its age, or without times lets it go again")
                            .input(AuditMessages.Hold.class)
                            .output(AuditMessages.Recorded.class)
                            .timeout(LONG)
                            .needs("hold", AUDIT)
                            .shellCommand("audit:hold")
                            .examples("{\"name\":\"case-7\",\"from\":\"2026-01-01T00:00:00Z\","
                                    + "\"to\":\"2026-02-01T00:00:00Z\",\"reason\":\"inquiry\"}")
                            .build(),
                    Operation.named("erase")
                            .summary(
                                    "Makes everything about a person unreadable; the log stays as it is. Removes what they said in sessions")
                            .input(AuditMessages.Erase.class)
                            .output(AuditMessages.Erased.class)
                            .idempotent()
                            .timeout(LONG)
                            .needs("erase", AUDIT)
                            .shellCommand("audit:erase")
                            .examples("{\"person\":\"nobody\"}")
                            .build()));

    static final List<Capability> CAPABILITIES = List.of(OAUTH_AUTH, RBAC_ENFORCEMENT, AUDIT_LOGGING);

    /** By capability and operation, which is empty for the default one. */
    private static final Map<String, Map<String, String>> NAMES = names();

    private Offer() {}

    private static Map<String, Map<String, String>> names() {
        Map<String, Map<String, String>> names = new HashMap<>();
        for (Capability capability : CAPABILITIES) {
            Map<String, String> its = new HashMap<>();
            for (Operation operation : capability.operations()) {
                its.put(operation.name(), capability.id() + '/' + operation.name());
            }
            its.put("", capability.id() + '/' + capability.operations().get(0).name());
            names.put(capability.id(), its);
        }
        return names;
    }

    /** The operation that a call of that capability means, as {@code capability/operation}; or what it says. */
    static String named(String capability, @Nullable String operation) {
        String name = NAMES.getOrDefault(capability, Map.of()).get(operation == null ? "" : operation);
        return name == null ? capability + '/' + operation : name;
    }

    /** Whether a version on trial may carry it out: what changes nothing, and needs no audit log, which another one has. */
    static boolean isForATrial(String capability, @Nullable String operation) {
        return CAPABILITIES.stream()
                .filter(offered -> offered.id().equals(capability) && !capability.equals(Capabilities.AUDIT_LOGGING))
                .flatMap(offered -> offered.operation(operation).stream())
                .anyMatch(Operation::sideEffectFree);
    }
}
