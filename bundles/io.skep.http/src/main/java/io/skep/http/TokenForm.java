// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to get a token by its own credentials (RFC 6749 §4.4), its secret in the header or in the body
 * (§2.3.1). Immutable.
 *
 * @param clientId which client
 * @param clientSecret its secret
 * @param scopes that it wants; empty for all that it has
 */
record TokenForm(String clientId, String clientSecret, List<String> scopes) {
    private static final String TYPE = "application/x-www-form-urlencoded";
    private static final String BASIC = "basic ";
    private static final int MAX_NAME = 256;
    private static final int MAX_SCOPES = 64;
    private static final int MAX_SCOPE = 128;
    private static final Set<String> KNOWN = Set.of("grant_type", "scope", "client_id", "client_secret");

    /**
     * Reads a request.
     *
     * @throws OAuthException saying what is wrong with it
     */
    static TokenForm read(@Nullable String contentType, @Nullable String authorization, String body)
            throws OAuthException {
        if (contentType == null || !contentType.split(";", 2)[0].strip().equalsIgnoreCase(TYPE)) {
            throw OAuthException.invalid("the body must be of the type " + TYPE);
        }
        Map<String, String> form = parameters(body);
        String grant = form.get("grant_type");
        if (grant == null) {
            throw OAuthException.invalid("grant_type is missing");
        } else if (!grant.equals("client_credentials")) {
            throw new OAuthException(400, "unsupported_grant_type", "grant_type must be client_credentials");
        }
        List<String> scopes = scopes(form.getOrDefault("scope", ""));
        if (authorization != null) {
            return byHeader(authorization, form, scopes);
        }
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        if (id == null || secret == null) {
            throw OAuthException.client("the client has not said who it is");
        }
        return new TokenForm(name(id), secret, scopes);
    }

    private static TokenForm byHeader(String authorization, Map<String, String> form, List<String> scopes)
            throws OAuthException {
        if (form.containsKey("client_secret")) {
            throw OAuthException.invalid("the client says who it is in the header and in the body");
        }
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            throw OAuthException.client("the header Authorization must be of the scheme Basic");
        }
        String pair;
        try {
            byte[] bytes = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            pair = new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw OAuthException.client("the header Authorization is not base64");
        }
        int colon = pair.indexOf(':');
        if (colon <= 0 || colon == pair.length() - 1) {
            throw OAuthException.client("the header Authorization has no name and secret of a client");
        }
        String id = decoded(pair.substring(0, colon));
        String named = form.get("client_id");
        if (named != null && !named.equals(id)) {
            throw OAuthException.invalid("client_id is not the client of the header");
        }
        return new TokenForm(name(id), decoded(pair.substring(colon + 1)), scopes);
    }

    private static String name(String id) throws OAuthException {
        if (id.length() > MAX_NAME) {
            throw OAuthException.client("a client has a name of at most " + MAX_NAME + " characters");
        }
        return id;
    }

    private static List<String> scopes(String text) throws OAuthException {
        List<String> scopes = text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
        if (scopes.size() > MAX_SCOPES
                || scopes.stream().anyMatch(scope -> scope.isEmpty() || scope.length() > MAX_SCOPE)) {
            throw new OAuthException(400, "invalid_scope", "scope is not a list of at most " + MAX_SCOPES + " scopes");
        }
        return scopes;
    }

    /** Those that are known here, as others are to be ignored; each may be there once, and without a value is not there. */
    private static Map<String, String> parameters(String body) throws OAuthException {
        Map<String, String> values = new HashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (KNOWN.contains(name) && values.put(name, value) != null) {
                throw OAuthException.invalid(name + " is there twice");
            }
        }
        values.values().removeIf(String::isEmpty);
        return values;
    }

    private static String decoded(String text) throws OAuthException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw OAuthException.invalid("something is not percent-encoded as it must be");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "TokenForm[" + clientId + ", " + scopes + "]";
    }
}
