// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadUpload;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import io.skep.core.payload.Payloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks whose inputs and results are payloads. */
class ReferencesTest {
    @TempDir
    Path directory;

    private final EngineHarness core = new EngineHarness();
    private Payloads payloads;

    @BeforeEach
    void open() throws IOException {
        payloads = core.payloadsIn(directory);
        core.register("a", 10);
    }

    private Payload payload(int length) {
        try (PayloadUpload upload = payloads.begin(length)) {
            upload.write(new byte[length], 0, length);
            return upload.complete().toCompletableFuture().join();
        }
    }

    private static TaskSpec withInput(Payload payload) {
        return TaskSpec.of("d").input(payload.reference()).build();
    }

    private Task submit(Payload payload) {
        return core.get(core.tasks().submit(List.of(withInput(payload)))).get(0).task();
    }

    private Refusal refusal(TaskSpec... specs) {
        return core.refusal(core.tasks().submit(List.of(specs)));
    }

    @Test
    void payload_isInputAndResult_andOutlastsARestart() throws IOException {
        Payload input = payload(300_000);
        Task task = submit(input);
        assertThat(task.spec().input()).isEqualTo(input.reference());
        Task claimed = core.claimOne("a");
        Payload result = payload(400_000);
        AttemptRef attempt = new AttemptRef(claimed.id(), claimed.token(), "a");
        Task done = core.get(core.attempts()
                .complete(List.of(new Completion(attempt, result.reference())))
                .get(0));
        assertThat(done.result()).isEqualTo(result.reference());
        core.restart();
        assertThat(Payload.referred(core.task(task).result())).hasValue(result);
        assertThat(Payload.referred(core.task(task).spec().input())).hasValue(input);
    }

    @Test
    void payloadThatIsNotThere_isRefusedByTheField() {
        Payload none = new Payload("ab".repeat(32), 1);
        Refusal one = refusal(withInput(none));
        assertThat(one.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(one.field()).hasValue("input");
        assertThat(one.getMessage()).isEqualTo("payload " + none.name() + " is missing; it has to be uploaded first");
        assertThat(refusal(TaskSpec.of("d").build(), withInput(none)).field()).hasValue("[1].input");

        core.submit("d");
        Task claimed = core.claimOne("a");
        AttemptRef attempt = new AttemptRef(claimed.id(), claimed.token(), "a");
        Refusal result = core.refusal(core.attempts()
                .complete(List.of(new Completion(attempt, none.reference())))
                .get(0));
        assertThat(result.field()).hasValue("result");
        assertThat(core.task(claimed).state()).isEqualTo(TaskState.WORKING);
    }

    @Test
    void otherLength_andHalfAReference_areRefused() {
        Payload payload = payload(10);
        assertThat(refusal(withInput(new Payload(payload.sha256(), 11))).getMessage())
                .contains("has 10 bytes, not 11");
        TaskSpec half = TaskSpec.of("d")
                .input("{\"$payload\":\"" + payload.name() + "\"}")
                .build();
        assertThat(refusal(half).getMessage()).contains("must be {\"$payload\"");
    }

    @Test
    void largeValue_isRefusedNamingTheLimitAndTheWay() {
        Refusal refusal = refusal(TaskSpec.of("d")
                .input('"' + "x".repeat(Payload.MAX_INLINE_BYTES) + '"')
                .build());
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_LARGE);
        assertThat(refusal.reason().isRetryable()).isFalse();
        assertThat(refusal.getMessage())
                .isEqualTo("must have at most 262144 bytes, not 262146; what is larger is to be a payload "
                        + "(POST /api/v1/payloads)");
    }

    @Test
    void submission_keepsItsPayload_asIfItHadJustCome() throws IOException {
        Payload payload = payload(10);
        core.advance(100);
        submit(payload);
        Path file = payloads.verify(payload);
        assertThat(Files.getLastModifiedTime(file).toInstant())
                .isEqualTo(core.clock().instant());
    }

    @Test
    void changedOrMissingInput_failsTheTaskWithTheCause_andItIsNotTriedAgain() throws IOException {
        Payload changed = payload(10);
        Payload missing = payload(11);
        Payload whole = payload(12);
        Task first = submit(changed);
        Task second = submit(missing);
        Task third = submit(whole);
        Path file = payloads.verify(changed);
        Files.delete(file);
        Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        Files.delete(payloads.verify(missing));

        List<Assignment> claimed = core.claim("a", 10);

        assertThat(claimed).extracting(a -> a.task().id()).containsExactly(third.id());
        assertFailed(core.task(first), "payload " + changed.name() + " is changed");
        assertFailed(core.task(second), "payload " + missing.name() + " is missing");
        core.advance(1000);
        assertThat(core.claim("a", 10)).isEmpty();
        assertThat(core.task(first).attempts()).hasSize(1);
    }

    private static void assertFailed(Task task, String cause) {
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.error()).isEqualTo(cause);
        assertThat(task.isQuarantined()).isFalse();
    }

    @Test
    void noTimeToLook_isNoReasonToHoldATaskBack() {
        Task task = submit(payload(10));
        References busy = new References(payloads, work -> {
            throw new RejectedExecutionException("full");
        });
        List<Assignment> claimed = core.claim("a", 1);
        List<Assignment> given = busy.whole(
                        claimed, (lost, cause) -> CompletableFuture.failedFuture(new AssertionError(lost.id() + cause)))
                .toCompletableFuture()
                .join();
        assertThat(given).extracting(a -> a.task().id()).containsExactly(task.id());
    }

    @Test
    void refusedFailure_isLeftToTheLease() throws IOException {
        Payload payload = payload(10);
        submit(payload);
        List<Assignment> claimed = core.claim("a", 1);
        Files.delete(payloads.verify(payload));
        References references = new References(payloads, Runnable::run);
        assertThat(references
                        .whole(
                                claimed,
                                (lost, cause) ->
                                        CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.STORE_FULL, "full")))
                        .toCompletableFuture()
                        .join())
                .isEmpty();
    }
}
