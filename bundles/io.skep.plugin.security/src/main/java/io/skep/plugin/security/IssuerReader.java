// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.token.ClaimMapping;
import io.skep.plugin.security.identity.token.ClaimMapping.ClaimRules;
import io.skep.plugin.security.identity.token.IntrospectionSettings;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the issuers of a configuration: properties {@code issuer.NAME.…}, where the name is only to tell them apart, and
 * {@code introspection.…} for opaque tokens. Not thread-safe.
 *
 * <ul>
 *   <li>{@code issuer}: the claim {@code iss}; required. {@code audience}: ours in the claim {@code aud}; required.
 *   <li>{@code jwks}: where the keys are; by OpenID Connect Discovery without. {@code algorithms}: of RS256, PS256, ES256 and,
 *       only if it is listed, EdDSA (Ed25519).
 *   <li>{@code claim.subject}, {@code claim.roles}, {@code claim.scopes}, {@code claim.tenant}, {@code claim.kind}, {@code
 *       claim.owner}: the claims, or JSON pointers into them; several for roles and scopes; no scopes at all if that is empty.
 *   <li>{@code kind}, {@code tenant}: of tokens that do not say; {@code tenants}: that it may speak for.
 *   <li>{@code role.THEIRS}: our name of a role of theirs; {@code roles.mapped.only}: others are dropped.
 *   <li>{@code required}: claims that must be there; {@code max.hours}: that a token may live.
 * </ul>
 */
final class IssuerReader {
    private static final Pattern ISSUER = Pattern.compile("issuer\\.([A-Za-z0-9_-]{1,64})\\.(.+)");
    private static final String INTROSPECTION = "introspection.";
    private static final int MAX_ISSUERS = 50;
    private static final Set<String> KNOWN = Set.of(
            "issuer",
            "audience",
            "jwks",
            "algorithms",
            "claim.subject",
            "claim.roles",
            "claim.scopes",
            "claim.tenant",
            "claim.kind",
            "claim.owner",
            "kind",
            "tenant",
            "tenants",
            "roles.mapped.only",
            "required",
            "max.hours");
    private static final Set<String> ENDPOINT = Set.of("endpoint", "client.id", "client.secret");

    private final Map<String, Map<String, String>> byName = new TreeMap<>();
    private final Map<String, String> endpoint = new TreeMap<>();

    /**
     * @param properties of the configuration
     * @throws IllegalArgumentException naming a property of an issuer that there is none of
     */
    IssuerReader(Map<String, Object> properties) {
        properties.forEach((key, value) -> {
            Matcher issuer = ISSUER.matcher(key);
            if (issuer.matches()) {
                String name = issuer.group(2);
                require(KNOWN.contains(name) || name.startsWith("role."), key + " is no property of an issuer");
                byName.computeIfAbsent(issuer.group(1), n -> new TreeMap<>()).put(name, text(value));
            } else if (key.startsWith(INTROSPECTION)) {
                String name = key.substring(INTROSPECTION.length());
                require(KNOWN.contains(name) || ENDPOINT.contains(name), key + " is no property of introspection");
                endpoint.put(name, text(value));
            }
        });
        require(byName.size() <= MAX_ISSUERS, "there are more than " + MAX_ISSUERS + " issuers");
    }

    private static String text(Object value) {
        return value instanceof Object[] several
                ? String.join(",", Arrays.stream(several).map(String::valueOf).toList())
                : String.valueOf(value).strip();
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The issuers whose JWTs are taken. */
    List<TrustedIssuer> issuers() {
        List<TrustedIssuer> issuers = new ArrayList<>();
        byName.forEach((name, values) -> issuers.add(issuer("issuer." + name + '.', values)));
        return issuers;
    }

    /** How opaque tokens are asked about; null if none are taken. */
    @Nullable
    IntrospectionSettings introspection() {
        if (endpoint.isEmpty()) {
            return null;
        }
        return new IntrospectionSettings(
                uri(INTROSPECTION + "endpoint", required(INTROSPECTION, endpoint, "endpoint")),
                required(INTROSPECTION, endpoint, "client.id"),
                required(INTROSPECTION, endpoint, "client.secret"),
                required(INTROSPECTION, endpoint, "issuer"),
                endpoint.getOrDefault("audience", ""),
                mapping(INTROSPECTION, endpoint),
                IntrospectionSettings.Limits.DEFAULT);
    }

    private static TrustedIssuer issuer(String at, Map<String, String> values) {
        Set<String> algorithms = new TreeSet<>(list(values.getOrDefault("algorithms", "RS256,PS256,ES256")));
        String jwks = values.get("jwks");
        try {
            return new TrustedIssuer(
                    required(at, values, "issuer"),
                    new TreeSet<>(list(required(at, values, "audience"))),
                    algorithms,
                    jwks == null || jwks.isEmpty() ? null : uri(at + "jwks", jwks),
                    mapping(at, values),
                    new TreeSet<>(list(values.getOrDefault("required", ""))),
                    Duration.ofSeconds(30),
                    Duration.ofHours(number(at + "max.hours", values.getOrDefault("max.hours", "24"))));
        } catch (IllegalArgumentException wrong) {
            String message = String.valueOf(wrong.getMessage());
            throw new IllegalArgumentException(message.startsWith(at) ? message : at + "*: " + message, wrong);
        }
    }

    private static ClaimMapping mapping(String at, Map<String, String> values) {
        ClaimMapping d = ClaimMapping.DEFAULT;
        Map<String, String> roleNames = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith("role.")) {
                roleNames.put(name.substring("role.".length()), value);
            }
        });
        String kind = values.getOrDefault("kind", Kind.SERVICE.word());
        Kind defaultKind = Kind.of(kind)
                .orElseThrow(() -> new IllegalArgumentException(at + "kind must be human or service, not " + kind));
        String tenant = values.getOrDefault("tenant", "default");
        return new ClaimMapping(
                values.getOrDefault("claim.subject", d.subject()),
                values.containsKey("claim.roles") ? list(values.get("claim.roles")) : d.roles(),
                values.containsKey("claim.scopes") ? list(values.get("claim.scopes")) : d.scopes(),
                values.getOrDefault("claim.tenant", d.tenant()),
                values.getOrDefault("claim.kind", d.kind()),
                values.getOrDefault("claim.owner", d.owner()),
                new ClaimRules(
                        defaultKind,
                        tenant.isEmpty() ? null : tenant,
                        new TreeSet<>(list(values.getOrDefault("tenants", ""))),
                        roleNames,
                        Boolean.parseBoolean(values.getOrDefault("roles.mapped.only", "false"))));
    }

    private static String required(String at, Map<String, String> values, String name) {
        String value = values.getOrDefault(name, "");
        require(!value.isEmpty(), at + name + " is missing");
        return value;
    }

    private static List<String> list(@Nullable String text) {
        Set<String> values = new LinkedHashSet<>();
        for (String value : (text == null ? "" : text).split(",", -1)) {
            if (!value.isBlank()) {
                values.add(value.strip());
            }
        }
        return List.copyOf(values);
    }

    private static URI uri(String property, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException wrong) {
            throw new IllegalArgumentException(property + " is no URI: " + wrong.getReason(), wrong);
        }
    }

    private static int number(String property, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(property + " is no whole number", wrong);
        }
    }
}
