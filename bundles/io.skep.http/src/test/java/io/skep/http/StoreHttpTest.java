// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreHttpTest extends HttpTestBase {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void backup_isAJob_thatCanBeWaitedFor(boolean late) {
        core.late = late;
        Reply begun = post("/api/v1/store/backup?name=monday", null);
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.header("Location")).isEqualTo("/api/v1/store/jobs/s0");
        assertThat(begun.json().get("kind").asText()).isEqualTo("backup");
        assertThat(begun.json().get("actor").asText()).isEqualTo("administrator (http)");
        assertThat(begun.json().get("step").asText()).isEqualTo("log of monday");
        assertThat(get("/api/v1/store/jobs/s0").json().has("endedAt")).isFalse();
        assertThat(get("/api/v1/store/jobs/s0?wait=5s").json().get("result").asText())
                .isEqualTo("done");
    }

    @Test
    void export_andImport_areJobs() {
        assertThat(post("/api/v1/store/export?name=move", null)
                        .json()
                        .get("step")
                        .asText())
                .isEqualTo("log of move");
        get("/api/v1/store/jobs/s0?wait=5s");
        Reply begun = post("/api/v1/store/import?directory=/srv/a%20b/move", null);
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.json().get("kind").asText()).isEqualTo("import");
        assertThat(begun.json().get("step").asText()).isEqualTo("log of /srv/a b/move");
    }

    @Test
    void store_isShownWithItsJobs() {
        post("/api/v1/store/compact", null);
        assertThat(get("/api/v1/store").body())
                .startsWith(
                        "{\"directory\":\"/s/store\",\"backups\":\"/s/backups\",\"diskFreeBytes\":7,\"files\":"
                                + "[{\"name\":\"log.db\",\"bytes\":3,\"walBytes\":2,\"freeBytes\":1}],\"jobs\":[{\"id\":\"s0\"");
    }

    @Test
    void secondJob_isRefused_untilTheFirstIsStopped() {
        post("/api/v1/store/rebuild", null);
        assertProblem(post("/api/v1/store/backup", null), 409, "conflict", null);
        Reply stopped = send("DELETE", "/api/v1/store/jobs/s0", FakeCore.ADMIN, null);
        assertThat(stopped.json().get("error").asText()).isEqualTo("it was stopped by request");
        assertThat(post("/api/v1/store/backup", null).status()).isEqualTo(202);
    }

    @Test
    void everyCall_isForTheAdministratorOnly() {
        String secret = agent("a", "java");
        assertProblem(send("GET", "/api/v1/store", secret, null), 403, "forbidden", null);
        for (String kind : new String[] {"backup", "compact", "rebuild", "export", "import"}) {
            assertProblem(send("POST", "/api/v1/store/" + kind, secret, null), 403, "forbidden", null);
        }
        assertProblem(send("GET", "/api/v1/store/jobs/s0", secret, null), 403, "forbidden", null);
        assertProblem(send("DELETE", "/api/v1/store/jobs/s0", secret, null), 403, "forbidden", null);
        assertThat(core.store.jobs()).isEmpty();
    }

    @Test
    void unknownJob_isNotFound() {
        assertProblem(get("/api/v1/store/jobs/s9"), 404, "not-found", null);
        assertProblem(send("DELETE", "/api/v1/store/jobs/s9", FakeCore.ADMIN, null), 404, "not-found", null);
    }
}
