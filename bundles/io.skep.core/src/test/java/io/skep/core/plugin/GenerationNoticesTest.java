// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.core.EngineHarness;
import io.skep.core.service.Documents;
import io.skep.testkit.plugin.RecordingPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationNoticesTest {
    private static final Notice NOTICE = new Notice("p.began", "s", "so");

    private final PluginBench bench = new PluginBench();
    private final Documents documents = new Documents(new EngineHarness().engine());
    private final List<String> told = new ArrayList<>();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean slow;

    @AfterEach
    void stop() {
        bench.close();
    }

    private Generation ready(String version) {
        return bench.ready("p", version, new RecordingPlugin(version), capability("echo"));
    }

    private GenerationNotices notices(Generation generation) {
        return new GenerationNotices(generation, bench.registry.state(generation, documents), (plugin, notice) -> {
            told.add(plugin + " " + notice.type());
            CompletableFuture<Void> durable = new CompletableFuture<>();
            waiting.add(durable);
            return slow ? durable : CompletableFuture.completedFuture(null);
        });
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        try {
            throw new AssertionError("not refused: " + get(stage));
        } catch (CompletionException failed) {
            return (Refusal) failed.getCause();
        }
    }

    @Test
    void generationThatServes_tells() {
        Generation generation = ready("1");
        GenerationNotices notices = notices(generation);
        bench.registry.promote(generation, "first");

        get(notices.tell(NOTICE));

        assertThat(told).containsExactly("p p.began");
    }

    @Test
    void generationOnTrial_leavesNoTrace_untilItIsPromoted() {
        bench.registry.promote(ready("1"), "first");
        Generation next = ready("2");
        GenerationNotices notices = notices(next);

        get(notices.tell(NOTICE));
        assertThat(told).isEmpty();
        assertThat(refusal(notices.tell(new Notice("q.began", "s", ""))).field())
                .contains("type");

        bench.registry.promote(next, "better");
        get(notices.tell(NOTICE));
        assertThat(told).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(PluginStatus.State.class)
    void whoTells_isWhoServesOrGetsReadyOrEndsItsCalls(PluginStatus.State now) {
        Generation generation = ready("1");
        GenerationNotices notices = notices(generation);
        bench.registry.become(generation, now, "so");

        CompletionStage<Void> stage = notices.tell(NOTICE);

        switch (now) {
            case INITIALISING, CANDIDATE, SERVING, DRAINING -> {
                get(stage);
                assertThat(told).hasSize(1);
            }
            case ABANDONED, QUARANTINED, FAILED -> {
                assertThat(refusal(stage).reason()).isEqualTo(Refusal.Reason.CONFLICT);
                assertThat(told).isEmpty();
            }
        }
    }

    @Test
    void whatBelongsToAnotherPlugin_isRefused() {
        GenerationNotices notices = notices(bench.ready("big-p", "1", new RecordingPlugin("1"), capability("echo")));

        Refusal refused = refusal(notices.tell(new Notice("big.began", "s", "")));

        assertThat(refused.field()).contains("type");
        assertThat(refused.getMessage())
                .isEqualTo(
                        "what plugin big-p tells begins with its name or the end of it after a hyphen, not with big");
        assertThat(refusal(notices.tell(new Notice("g-p.began", "s", ""))).field())
                .contains("type");
        assertThat(told).isEmpty();
        get(notices.tell(NOTICE));
        get(notices.tell(new Notice("big-p.began", "s", "")));
        assertThat(told).containsExactly("big-p p.began", "big-p big-p.began");
    }

    @Test
    void tooManyThatAreNotDurableYet_areRefused_untilSomeAre() {
        GenerationNotices notices = notices(ready("1"));
        slow = true;
        for (int i = 0; i < Orchestrator.MAX_UNTOLD; i++) {
            notices.tell(NOTICE);
        }

        Refusal refused = refusal(notices.tell(NOTICE));

        assertThat(refused.reason()).isEqualTo(Refusal.Reason.BUSY);
        assertThat(refused.retryAfter()).isPresent();
        waiting.get(0).complete(null);
        waiting.get(1).completeExceptionally(new IllegalStateException("not durable"));
        assertThat(notices.tell(NOTICE).toCompletableFuture()).isNotDone();
        assertThat(notices.tell(NOTICE).toCompletableFuture()).isNotDone();
        assertThat(refusal(notices.tell(NOTICE)).reason()).isEqualTo(Refusal.Reason.BUSY);
    }
}
