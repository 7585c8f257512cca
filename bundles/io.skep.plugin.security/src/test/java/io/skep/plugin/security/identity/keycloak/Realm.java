// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** What is asked of the realm: tokens by its clients, and other keys by its administrator. */
final class Realm {
    private static final String RSA = "rsa-generated";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    Realm(Keycloak keycloak) {
        this.url = keycloak.url();
    }

    String issuer() {
        return url + "/realms/skep";
    }

    URI introspection() {
        return oauth("token/introspect");
    }

    private URI oauth(String what) {
        return URI.create(issuer() + "/protocol/openid-connect/" + what);
    }

    /** A new access token by client credentials; the secrets are as the realm has them. */
    String token(String client) throws Exception {
        return mint(oauth("token"), client, "secret-of-the-" + client);
    }

    private String mint(URI endpoint, String client, String secret) throws Exception {
        return form(endpoint, client, secret, "grant_type=client_credentials")
                .path("access_token")
                .asText();
    }

    /** Takes a token back, as its client may (RFC 7009). */
    void revoke(String client, String token) throws Exception {
        form(oauth("revoke"), client, "secret-of-the-" + client, "token=" + token);
    }

    /**
     * Makes a new key, signs with it from now on, and keeps those before only to verify.
     *
     * @return how many keys there were
     */
    int rotate() throws Exception {
        String admin = mint(
                URI.create(url + "/realms/master/protocol/openid-connect/token"),
                Keycloak.ADMIN,
                Keycloak.ADMIN_SECRET);
        URI components = URI.create(url + "/admin/realms/skep/components");
        JsonNode before = asAdmin(admin, URI.create(components + "?type=org.keycloak.keys.KeyProvider"), "GET", null);
        int keys = 0;
        for (JsonNode key : before) {
            keys += key.path("providerId").asText().equals(RSA) ? 1 : 0;
        }
        ObjectNode made = JSON.createObjectNode()
                .put("name", "rsa-" + keys)
                .put("providerId", RSA)
                .put("providerType", "org.keycloak.keys.KeyProvider");
        ObjectNode config = made.putObject("config");
        config.putArray("priority").add(String.valueOf(100 + 100 * keys));
        config.putArray("algorithm").add("RS256");
        config.putArray("keySize").add("2048");
        asAdmin(admin, components, "POST", made);
        for (JsonNode key : before) {
            if (key.path("providerId").asText().equals(RSA)) {
                ((ObjectNode) key.path("config")).putArray("active").add("false");
                asAdmin(admin, URI.create(components + "/" + key.path("id").asText()), "PUT", key);
            }
        }
        return keys;
    }

    /** Which key a token was signed with. */
    static String kid(String token) throws IOException {
        return JSON.readTree(Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))))
                .path("kid")
                .asText();
    }

    private JsonNode form(URI endpoint, String client, String secret, String form) throws Exception {
        String basic = URLEncoder.encode(client, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return send(HttpRequest.newBuilder(endpoint)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private JsonNode asAdmin(String token, URI place, String method, JsonNode body) throws Exception {
        return send(HttpRequest.newBuilder(place)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        HttpRequest sent = request.timeout(Duration.ofSeconds(30)).build();
        HttpResponse<String> answer = http.send(sent, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(sent.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
