// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.skep.api.Refusal;
import io.skep.api.Refusal.Reason;
import io.skep.api.agent.AgentSpec;
import io.skep.api.task.BulkRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whatever JSON comes, it is of the shape that is asked for or refused, and nothing else happens. */
final class JsonFuzzTest {
    private static <T> Optional<T> read(byte[] data, JsonInput.Shape<T> shape) {
        try {
            return Optional.ofNullable(JsonInput.read(new String(data, StandardCharsets.UTF_8), shape));
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isIn(Reason.INVALID, Reason.TOO_LARGE);
            assertThat(refusal.getMessage()).isNotBlank();
            return Optional.empty();
        }
    }

    private static void assertValue(@Nullable String raw) {
        assertThat(raw == null || Json.isValue(raw)).as("%s", raw).isTrue();
    }

    @FuzzTest
    void value_isTheTextThatStandsThere(byte[] data) {
        read(data, JsonInput::raw).ifPresent(raw -> {
            assertValue(raw);
            assertThat(read(raw.getBytes(StandardCharsets.UTF_8), JsonInput::raw))
                    .contains(raw);
            assertThat(new String(data, StandardCharsets.UTF_8)).contains(raw);
        });
    }

    @FuzzTest
    void task_isASubmission_orRefused(byte[] data) {
        read(data, in -> TaskSpecJson.read(in, "default")).ifPresent(task -> {
            assertThat(task.description()).isNotNull();
            assertThat(task.skills()).hasSizeLessThanOrEqualTo(1000);
            assertThat(task.dependsOn()).hasSizeLessThanOrEqualTo(1000);
            assertValue(task.input());
            assertThat(task.attemptTimeout() == null || !task.attemptTimeout().isNegative())
                    .isTrue();
        });
    }

    @FuzzTest
    void agent_isARegistration_orRefused(byte[] data) {
        Optional<AgentSpec> agent = read(data, in -> AgentSpecJson.read(in, "a", "ada"));
        agent.ifPresent(spec -> assertThat(spec.skills()).hasSizeLessThanOrEqualTo(1000));
    }

    @FuzzTest
    void bulk_isARequest_orRefused(byte[] data) {
        Optional<BulkRequest> request = read(data, BulkJson::read);
        request.ifPresent(bulk -> assertThat(bulk.query().states()).doesNotContainNull());
    }

    @FuzzTest
    void attempt_isAReport_orRefused(byte[] data) {
        Set<String> members = Set.of("task", "progress", "result", "error", "retryable", "prompt", "usage");
        read(data, in -> AttemptJson.read(in, members)).ifPresent(attempt -> {
            assertThat(attempt.error()).isNotNull();
            assertValue(attempt.result());
            assertThat(attempt.usage() == null || attempt.usage().tokens() >= 0).isTrue();
        });
    }

    @FuzzTest
    void call_isOfACapability_orRefused(byte[] data) {
        read(data, in -> CapabilityJson.read(in, "c")).ifPresent(call -> assertValue(call.data()));
        read(data, FlagJson::rule).ifPresent(rule -> assertThat(rule).isNotNull());
    }
}
