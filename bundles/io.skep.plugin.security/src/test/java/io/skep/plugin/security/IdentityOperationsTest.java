// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.Refusal.Reason;
import io.skep.api.admin.Caller;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Declined;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials of our own, as operations of the capability. */
class IdentityOperationsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Server(directory);
        // The first call of all may be late on a busy machine.
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(
                                oauth("published-keys", "{}").path("jwks").asText())
                        .contains("\"n\""));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode oauth(String operation, String data) {
        return server.call("oauth_auth", operation, data);
    }

    private String declined(String operation, String data) {
        IntegrationResponse response = server.ask("oauth_auth", operation, Server.ROOT, data);
        assertThat(response).isInstanceOf(Declined.class);
        return ((Declined) response).reason();
    }

    private JsonNode token(JsonNode client) {
        return oauth(
                "token",
                "{\"clientId\":\"" + client.path("id").asText() + "\",\"clientSecret\":\""
                        + client.path("secret").asText() + "\"}");
    }

    @Test
    void clientGetsATokenForItsSecret_whichLetsItIn_untilItIsRevoked() {
        JsonNode client = oauth(
                "issue",
                "{\"type\":\"client\",\"subject\":\"bot\",\"kind\":\"agent\",\"owner\":\"ada\",\"roles\":[\"agent\"],"
                        + "\"days\":7}");
        JsonNode issued = token(client);
        assertThat(issued.path("outcome").asText()).isEqualTo("issued");
        assertThat(issued.path("expiresInSeconds").asLong()).isEqualTo(600);
        String token = issued.path("accessToken").asText();
        JsonNode who = oauth("authenticate", "{\"token\":\"" + token + "\"}");
        assertThat(who.path("outcome").asText()).isEqualTo("authenticated");
        assertThat(who.path("principal").path("id").asText()).isEqualTo("bot");
        assertThat(who.path("principal").path("owner").asText()).isEqualTo("ada");
        assertThat(((Caller) server.admit(token, "list", "capability")).agent()).isEqualTo("bot");
        JsonNode again = oauth("rotate", "{\"id\":\"" + client.path("id").asText() + "\"}");
        assertThat(token(client).path("outcome").asText()).isEqualTo("refused");
        assertThat(token(again).path("outcome").asText()).isEqualTo("issued");
        assertThat(oauth("revoke", "{\"id\":\"" + client.path("id").asText() + "\"}")
                        .path("revoked")
                        .asBoolean())
                .isTrue();
        assertThat(server.admit(token, "list", "capability")).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(token(again).path("outcome").asText()).isEqualTo("refused");
        assertThat(server.events("{\"type\":\"token\"}")).hasSize(3);
    }

    @Test
    void whoGetsAToken_andWhoGuesses_isRecorded() {
        JsonNode client =
                oauth("issue", "{\"type\":\"client\",\"subject\":\"eve\",\"kind\":\"service\",\"scopes\":[\"a:b\"]}");
        String id = client.path("id").asText();
        String secret = client.path("secret").asText();
        String good = "{\"clientId\":\"" + id + "\",\"clientSecret\":\"" + secret + "\",\"address\":\"192.0.2.7\"";
        assertThat(oauth("token", good + "}").path("outcome").asText()).isEqualTo("issued");
        JsonNode more = oauth("token", good + ",\"scopes\":[\"c:d\"]}");
        assertThat(more.path("outcome").asText()).isEqualTo("refused");
        assertThat(more.path("scopeRefused").asBoolean()).isTrue();
        JsonNode guess =
                oauth("token", "{\"clientId\":\"" + "x".repeat(200) + "\",\"clientSecret\":\"" + secret + "\"}");
        assertThat(guess.path("outcome").asText()).isEqualTo("refused");
        assertThat(guess.has("scopeRefused")).isFalse();
        JsonNode logins = server.events("{\"action\":\"login\"}");
        assertThat(logins.toString()).doesNotContain(secret).doesNotContain("x".repeat(33));
        assertThat(logins).hasSize(3);
        assertThat(server.events("{\"action\":\"login\",\"outcome\":\"denied\"}")
                        .toString())
                .contains("a scope was not granted", "the credential is not valid", id);
        assertThat(server.events("{\"action\":\"login\",\"outcome\":\"success\"}")
                        .toString())
                .contains(id);
    }

    @Test
    void floodOfGuesses_isThrottled_andNotRecorded() {
        String guess = "{\"clientId\":\"nobody\",\"clientSecret\":\"guess\",\"address\":\"192.0.2.8\"}";
        String outcome = "refused";
        int refused = 0;
        while (outcome.equals("refused")) {
            refused++;
            assertThat(refused).isLessThan(20);
            outcome = oauth("token", guess).path("outcome").asText();
        }
        assertThat(outcome).isEqualTo("throttled");
        assertThat(server.events("{\"action\":\"login\"}")).hasSize(refused - 1);
    }

    @Test
    void apiKey_isRotatedWithAnOverlap_andRevoked_andListedWithoutItsSecret() {
        String first = server.key("ada", "human", "blue", "viewer");
        JsonNode credentials = oauth("credentials", "{}").path("credentials");
        assertThat(credentials.toString()).doesNotContain(first);
        String id = "";
        for (JsonNode credential : credentials) {
            id = credential.path("subject").asText().equals("ada")
                    ? credential.path("id").asText()
                    : id;
        }
        String second = oauth("rotate", "{\"id\":\"" + id + "\",\"overlapSeconds\":3600}")
                .path("secret")
                .asText();
        assertThat(server.admit(first, "list", "agent")).isInstanceOf(Caller.class);
        assertThat(server.admit(second, "list", "agent")).isInstanceOf(Caller.class);
        oauth("revoke", "{\"id\":\"" + id + "\"}");
        assertThat(server.admit(first, "list", "agent")).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(oauth("credentials", "{}").toString()).contains("revoked");
    }

    @Test
    void everythingOfASubject_isRevokedAtOnce() {
        JsonNode client =
                oauth("issue", "{\"type\":\"client\",\"subject\":\"eve\",\"kind\":\"service\",\"roles\":[\"viewer\"]}");
        String token = token(client).path("accessToken").asText();
        assertThat(server.admit(token, "list", "agent")).isInstanceOf(Caller.class);
        oauth("revoke", "{\"issuer\":\"skep-local\",\"subject\":\"eve\"}");
        assertThat(server.admit(token, "list", "agent")).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void publishedKeys_areAKeySet_withoutPrivateParts() {
        JsonNode published = oauth("published-keys", "{}");
        assertThat(published.path("issuer").asText()).isEqualTo("skep-local");
        JsonNode keys = Server.json(published.path("jwks").asText());
        assertThat(keys.path("keys")).isNotEmpty();
        assertThat(keys.path("keys").path(0).has("n")).isTrue();
        assertThat(keys.path("keys").path(0).has("d")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "issue  | {}                                                                   | type",
                "issue  | {\"type\":\"card\",\"subject\":\"a\",\"kind\":\"human\"}                   | type",
                "issue  | {\"type\":\"api-key\",\"subject\":\"a\",\"kind\":\"robot\"}                | kind",
                "issue  | {\"type\":\"api-key\",\"kind\":\"human\"}                                | subject",
                "issue  | {\"type\":\"api-key\",\"subject\":\"a\",\"kind\":\"agent\"}                | owner",
                "issue  | {\"type\":\"api-key\",\"subject\":\"a\",\"kind\":\"human\",\"tenant\":\"/\"} | tenant",
                "issue  | {\"type\":\"api-key\",\"subject\":\"a\",\"kind\":\"human\",\"days\":0}     | days",
                "rotate | {\"id\":\"none\"}                                                      | none",
                "revoke | {\"id\":\"none\"}                                                      | none",
                "revoke | {}                                                                   | id",
                "token  | {\"clientId\":\"a\"}                                                   | clientSecret",
                "authenticate | {}                                                             | token",
            })
    void wrongInput_isDeclined_byItsField(String operation, String data, String field) {
        assertThat(declined(operation, data)).contains(field);
    }
}
