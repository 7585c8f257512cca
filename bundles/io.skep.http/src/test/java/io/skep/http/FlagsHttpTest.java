// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsHttpTest extends HttpTestBase {
    private Reply put(String flag, String body) {
        return send("PUT", "/api/v1/flags/" + flag, FakeCore.ADMIN, body);
    }

    @Test
    void flags_areListedWithLegacyMode() {
        assertThat(get("/api/v1/flags").body())
                .isEqualTo("{\"legacyMode\":false,\"items\":[{\"capability\":\"semantic_routing\","
                        + "\"rule\":\"on\",\"offered\":true}]}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void flag_isSetForTheNextLook(boolean late) {
        core.late = late;
        assertThat(put("semantic_routing", "{\"rule\":\" 25%,agent:a ,tenant:t\"}")
                        .body())
                .isEqualTo(
                        "{\"capability\":\"semantic_routing\",\"rule\":\"25%, tenant:t, agent:a\",\"offered\":true}");
        assertThat(get("/api/v1/flags").json().at("/items/0/rule").asText()).isEqualTo("25%, tenant:t, agent:a");
        assertThat(put("not_there", "{\"rule\":\"off\"}").json().get("offered").asBoolean())
                .isFalse();
        assertThat(core.flags.actors).containsOnly("administrator (http)");
    }

    @Test
    void legacyMode_isSwitched() {
        assertThat(put("legacy.mode", "{\"rule\":\"on\"}").body()).isEqualTo("{\"legacyMode\":true}");
        assertThat(get("/api/v1/flags").json().get("legacyMode").asBoolean()).isTrue();
        assertThat(put("legacy.mode", "{\"rule\":\"off\"}").body()).isEqualTo("{\"legacyMode\":false}");
        assertThat(core.flags.actors).containsExactly("administrator (http)", "administrator (http)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "semantic_routing | {\"rule\":\"perhaps\"}          | rule",
                "semantic_routing | {\"rule\":\"101%\"}             | rule",
                "semantic_routing | {\"rule\":\"tenant:\"}          | rule",
                "semantic_routing | {\"rule\":7}                    | rule",
                "semantic_routing | {}                              | rule",
                "semantic_routing | {\"rule\":\"on\",\"more\":1}    | more",
                "Semantic.Routing | {\"rule\":\"on\"}               | id",
                "legacy.mode      | {\"rule\":\"25%\"}              | rule",
            })
    void wrongRule_isRefusedByName(String flag, String body, String field) {
        assertProblem(put(flag, body), 400, "invalid", field);
        assertThat(core.flags.actors).isEmpty();
    }

    @Test
    void fileThatCannotBeWritten_isTold() {
        core.refusal = Refusal.of(Refusal.Reason.STORE_FULL, "the file cannot be written");
        assertProblem(put("semantic_routing", "{\"rule\":\"off\"}"), 507, "store-full", null);
        assertProblem(put("legacy.mode", "{\"rule\":\"on\"}"), 507, "store-full", null);
    }
}
