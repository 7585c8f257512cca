// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuthHttpTest extends HttpTestBase {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ISSUED =
            "{\"outcome\":\"issued\",\"accessToken\":\"t.o.k\",\"expiresInSeconds\":600,\"scopes\":[\"a:b\",\"c:d\"]}";
    private static final String KEYS = "{\"jwks\":\"{\\\"keys\\\":[]}\",\"issuer\":\"skep-local\",\"more\":[1]}";
    private static final String GRANT = "grant_type=client_credentials";

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Reply token(String body, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = FORM;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send("POST", "/oauth/token", null, body, all);
    }

    private static void assertError(Reply reply, int status, String error) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.json().path("error").asText()).as(reply.body()).isEqualTo(error);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("WWW-Authenticate")).isEqualTo(status == 401 ? "Basic realm=\"skep\"" : null);
    }

    @Test
    void clientInTheForm_getsItsToken() {
        core.response = new Answered(ISSUED);
        Reply reply = token(GRANT + "&client_id=c-1&client_secret=s%26s&scope=a%3Ab+c%3Ad&audience=ignored");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().path("access_token").asText()).isEqualTo("t.o.k");
        assertThat(reply.json().path("token_type").asText()).isEqualTo("Bearer");
        assertThat(reply.json().path("expires_in").asInt()).isEqualTo(600);
        assertThat(reply.json().path("scope").asText()).isEqualTo("a:b c:d");
        assertThat(reply.header("Pragma")).isEqualTo("no-cache");
        assertThat(core.called.capability()).isEqualTo("oauth_auth");
        assertThat(core.called.operation()).isEqualTo("token");
        assertThat(core.called.data())
                .isEqualTo("{\"clientId\":\"c-1\",\"clientSecret\":\"s&s\",\"scopes\":[\"a:b\",\"c:d\"],"
                        + "\"address\":\"127.0.0.1\"}");
        assertThat(core.asked).isEmpty();
    }

    @Test
    void clientInTheHeader_getsItsToken() {
        core.response = new Answered(ISSUED);
        core.late = true;
        Reply reply = token(GRANT + "&client_id=c%201", "Authorization", basic("c%201:s%3As"));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(core.called.data()).contains("\"clientId\":\"c 1\",\"clientSecret\":\"s:s\",\"scopes\":[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                                                      |            | invalid_request        | 400",
                "scope=a                                                |            | invalid_request        | 400",
                "grant_type=password&client_id=a&client_secret=b        |            | unsupported_grant_type | 400",
                "grant_type=client_credentials&grant_type=password      |            | invalid_request        | 400",
                "grant_type=client_credentials                          |            | invalid_client         | 401",
                "grant_type=client_credentials&client_id=a              |            | invalid_client         | 401",
                "grant_type=client_credentials&client_id=&client_secret=b |          | invalid_client         | 401",
                "grant_type=client_credentials&client_id=a&client_id=b&client_secret=c | | invalid_request     | 400",
                "grant_type=client_credentials&client_id=%zz&client_secret=b |       | invalid_request        | 400",
                "grant_type=client_credentials&client_id=a&client_secret=b&scope=a++b | | invalid_scope        | 400",
                "grant_type=client_credentials&client_secret=b          | a:b        | invalid_request        | 400",
                "grant_type=client_credentials&client_id=c              | a:b        | invalid_request        | 400",
                "grant_type=client_credentials                          | ab         | invalid_client         | 401",
                "grant_type=client_credentials                          | :b         | invalid_client         | 401",
                "grant_type=client_credentials                          | a:         | invalid_client         | 401",
                "grant_type=client_credentials                          | %zz:b      | invalid_request        | 400",
            })
    void wrongRequest_isRefused_beforeAnybodyIsAsked(String body, String pair, String error, int status) {
        assertError(
                pair == null
                        ? token(body == null ? "" : body)
                        : token(body == null ? "" : body, "Authorization", basic(pair)),
                status,
                error);
        assertThat(core.called).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer abc", "Basic ###", "basic"})
    void headerOfAnotherKind_isNoClient(String header) {
        assertError(token(GRANT, "Authorization", header), 401, "invalid_client");
        assertThat(core.called).isNull();
    }

    @Test
    void otherBodies_areRefused() {
        assertError(
                send("POST", "/oauth/token", null, "{}", "Content-Type", "application/json"), 400, "invalid_request");
        assertError(send("POST", "/oauth/token", null, GRANT), 400, "invalid_request");
        assertError(token(GRANT + "&client_secret=b&client_id=" + "a".repeat(257)), 401, "invalid_client");
        assertError(token(GRANT + "&client_id=a&client_secret=b&scope=" + "a+".repeat(64) + "a"), 400, "invalid_scope");
        assertProblem(token("x".repeat(16 * 1024 + 1)), 413, "too-large", null);
        assertProblem(
                send("POST", "/oauth/token?client_id=a", null, GRANT, "Content-Type", FORM),
                400,
                "invalid",
                "client_id");
        assertThat(core.called).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"outcome\":\"refused\",\"words\":\"w\"}                             | 401 | invalid_client | ",
                "{\"outcome\":\"refused\",\"words\":\"w\",\"scopeRefused\":true}         | 400 | invalid_scope  | ",
                "{\"outcome\":\"throttled\",\"words\":\"w\",\"retryAfterMillis\":2001} | 429 | temporarily_unavailable | 3",
                "{\"outcome\":\"unavailable\",\"words\":\"w\"}                        | 503 | temporarily_unavailable | 1",
                "{\"outcome\":\"issued\"}                                          | 503 | temporarily_unavailable | 1",
                "{\"words\":\"w\"}                                                 | 503 | temporarily_unavailable | 1",
                "no JSON                                                         | 503 | temporarily_unavailable | 1",
            })
    void whatSecuritySays_isSaidAsOAuthDoes(String answer, int status, String error, String after) {
        core.response = new Answered(answer);
        Reply reply = token(GRANT + "&client_id=a&client_secret=b");
        assertError(reply, status, error);
        assertThat(reply.header("Retry-After")).isEqualTo(after);
    }

    private static IntegrationResponse ending(String name) {
        return switch (name) {
            case "declined" -> new IntegrationResponse.Declined("busy");
            case "failed" -> new IntegrationResponse.Failed("security", "a secret cause");
            case "late" -> new IntegrationResponse.TimedOut("security", Duration.ofSeconds(4));
            default -> new IntegrationResponse.Gone("nobody offers it", Duration.ofSeconds(1));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"declined", "failed", "late", "gone"})
    void withoutSecurity_nobodyGetsAnything(String name) {
        core.response = ending(name);
        Reply reply = token(GRANT + "&client_id=a&client_secret=b");
        assertError(reply, 503, "temporarily_unavailable");
        assertThat(reply.body()).doesNotContain("a secret cause");
        assertError(send("GET", "/.well-known/jwks.json", null, null), 503, "temporarily_unavailable");
        assertError(send("GET", "/.well-known/oauth-authorization-server", null, null), 503, "temporarily_unavailable");
    }

    @Test
    void publicKeys_areForEverybody_andAskedForOnceASecond() {
        core.response = new Answered(KEYS);
        Reply reply = send("GET", "/.well-known/jwks.json", null, null);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"keys\":[]}");
        assertThat(core.called.operation()).isEqualTo("published-keys");
        // Two requests may take more than a second on a busy machine, but not each time.
        await().atMost(LONG).until(() -> {
            send("GET", "/.well-known/jwks.json", null, null);
            core.called = null;
            send("GET", "/.well-known/oauth-authorization-server", null, null);
            return core.called == null;
        });
        Reply metadata = send("GET", "/.well-known/oauth-authorization-server", null, null);
        String origin = "http://127.0.0.1:" + port;
        assertThat(metadata.json().path("issuer").asText()).isEqualTo("skep-local");
        assertThat(metadata.json().path("token_endpoint").asText()).isEqualTo(origin + "/oauth/token");
        assertThat(metadata.json().path("jwks_uri").asText()).isEqualTo(origin + "/.well-known/jwks.json");
    }

    @Test
    void securityThatIsBack_isAskedAtOnce() {
        core.response = ending("gone");
        assertError(send("GET", "/.well-known/jwks.json", null, null), 503, "temporarily_unavailable");
        core.response = new Answered(KEYS);
        assertThat(send("GET", "/.well-known/jwks.json", null, null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "no JSON"})
    void keysThatCannotBeRead_areNotPassedOn(String answer) {
        core.response = new Answered(answer);
        assertError(send("GET", "/.well-known/jwks.json", null, null), 503, "temporarily_unavailable");
        assertError(send("GET", "/.well-known/oauth-authorization-server", null, null), 503, "temporarily_unavailable");
    }

    @Test
    void otherMethods_needToBeKnown() {
        assertThat(send("GET", "/oauth/token", null, null).status()).isEqualTo(401);
    }

    @Test
    void coreThatIsAway_isSaidSo() {
        servlet.unbindOrchestrator(core);
        assertProblem(token(GRANT + "&client_id=a&client_secret=b"), 503, "unavailable", null);
        assertProblem(send("GET", "/.well-known/jwks.json", null, null), 503, "unavailable", null);
    }
}
