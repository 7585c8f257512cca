// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A checked policy: role based access control in the sense of NIST RBAC (INCITS 359) with a role hierarchy, plus scopes,
 * tenants, ownership and conditions. Whatever no grant allows is denied; there are no denying rules, so their order does
 * not matter. Immutable and thread-safe. A decision costs a few hash look-ups per role, however many rules there are.
 */
public final class Policy {
    private static final String SEEDED = resource("seeded.yaml");

    final Vocabulary actions;
    final Vocabulary types;
    final Map<String, Role> roles;
    final Map<String, Grid<Boolean>> scopes;
    final Map<String, List<Delegation>> delegations;
    private final String version;

    Policy(
            String version,
            Vocabulary actions,
            Vocabulary types,
            Map<String, Role> roles,
            Map<String, Grid<Boolean>> scopes,
            Map<String, List<Delegation>> delegations) {
        this.version = version;
        this.actions = actions;
        this.types = types;
        this.roles = roles;
        this.scopes = scopes;
        this.delegations = delegations;
    }

    /**
     * The seeded roles and what a document adds to them. The document, YAML or JSON, may declare further actions,
     * resource types, roles, scopes and delegations; it cannot change a seeded role, only inherit from it.
     *
     * @throws PolicyException if anything in it is wrong; the message names the place
     */
    public static Policy of(String document, PolicyLimits limits) {
        return of(List.of(SEEDED, document), limits);
    }

    /** The seeded roles alone: admin, operator, developer, agent, auditor, viewer. */
    public static Policy seeded() {
        return of(List.of(SEEDED), PolicyLimits.DEFAULT);
    }

    static Policy of(List<String> documents, PolicyLimits limits) {
        return Compiler.compile(hash(documents), documents, limits);
    }

    /** {@code sha256:} and the SHA-256, in hex, of the documents it was made of. */
    public String version() {
        return version;
    }

    /** The actions that it knows, sorted. */
    public Stream<String> actions() {
        return actions.names();
    }

    /** The resource types that it knows, sorted. */
    public Stream<String> resourceTypes() {
        return types.names();
    }

    /** The roles that it knows, sorted. */
    public Stream<String> roles() {
        return roles.keySet().stream().sorted();
    }

    /** Whether the subject may do that. Never throws; what the policy does not know is denied. */
    public Decision decide(Subject subject, String action, Resource resource, Context context) {
        return new Evaluation(this, subject, action, resource, context, null).decision();
    }

    /** The same decision with all that was looked at. Slower: it goes on after the rule that decides. */
    public Explanation explain(Subject subject, String action, Resource resource, Context context) {
        List<Explanation.Step> steps = new ArrayList<>();
        Decision decision = new Evaluation(this, subject, action, resource, context, steps).decision();
        return new Explanation(decision, steps);
    }

    private static String hash(List<String> documents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String document : documents) {
                digest.update(document.getBytes(StandardCharsets.UTF_8));
                // So that a line moved from the end of one to the beginning of the next is another policy.
                digest.update((byte) 0);
            }
            return "sha256:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Policy.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the bundle");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
