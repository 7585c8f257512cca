// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Notice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class FakeOrchestratorTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final InMemoryEvents events = new InMemoryEvents();
    private final FakeOrchestrator orchestrator = new FakeOrchestrator().with(events);

    @Test
    void services_thatWereNotGiven_haveNothing_andAreNoted() {
        assertThat(orchestrator.agents().list()).isEmpty();
        assertThat(orchestrator.agents().find("a")).isEmpty();
        assertThat(orchestrator.tasks().cancel("t", null).toCompletableFuture()).isCompletedExceptionally();
        assertThat(orchestrator.attempts()).isEqualTo(orchestrator.attempts()).hasToString("recorded attempts");
        assertThat(orchestrator.calls()).containsExactly("agents.list", "agents.find", "tasks.cancel");
    }

    @Test
    void otherCapabilities_areGone_untilTheyAreGiven() {
        IntegrationRequest request = new IntegrationRequest("c", null, null, "{}");
        assertThat(orchestrator.call(request).toCompletableFuture().join())
                .isInstanceOf(IntegrationResponse.Gone.class);
        IntegrationResponse answer = new IntegrationResponse.Answered("{}");
        orchestrator.answering(
                List.of(RecordingPlugin.capability("c", "o")), r -> CompletableFuture.completedFuture(answer));
        assertThat(orchestrator.call(request).toCompletableFuture().join()).isSameAs(answer);
        assertThat(orchestrator.capabilities()).hasSize(1);
    }

    @Test
    void anotherOrchestrator_answersThroughIt() {
        FakeOrchestrator outer = FakeOrchestrator.over(orchestrator, new InMemoryPluginState());
        assertThat(outer.agents().list()).isEmpty();
        assertThat(outer.calls()).containsExactly("agents.list");
        assertThat(orchestrator.calls()).containsExactly("agents.list");
        assertThat(outer.state()).isNotSameAs(orchestrator.state());
    }

    @Test
    void whatThePluginTells_isNoted_andEndsAsTheTestSays() {
        Notice first = new Notice("p.began", "s", "so");
        assertThat(orchestrator.tell(first)).isCompleted();
        orchestrator.telling(notice -> CompletableFuture.failedFuture(new IllegalStateException("full")));

        assertThat(orchestrator.tell(new Notice("p.ended", "s", ""))).isCompletedExceptionally();

        assertThat(orchestrator.notices()).first().isEqualTo(first);
        assertThat(orchestrator.notices()).extracting(Notice::type).containsExactly("p.began", "p.ended");
        assertThat(orchestrator.calls()).containsExactly("tell p.began", "tell p.ended");
    }

    @Test
    void events_wakeWhoWaits_andAreThereForTheNext() {
        EventCursor before;
        EventBatch woken;
        do {
            // The reader is let go after a moment, which may be over before anything is told.
            before = events.end();
            CompletionStage<EventBatch> waiting = orchestrator.events().next(before, 10, LONG);
            events.tell("task.completed", "t", "done", "a", 1);
            woken = waiting.toCompletableFuture().join();
        } while (woken.events().isEmpty());
        assertThat(woken.events()).hasSize(1);

        events.tell("task.failed", "u", "not done", null, 0);
        EventBatch both = events.next(before, 10, LONG).toCompletableFuture().join();
        assertThat(both.events()).extracting("subject").containsExactly("t", "u");
        assertThat(both.next()).isEqualTo(events.end());
    }

    @Test
    void readerOfEvents_isLetGo_afterAMoment() {
        assertThat(events.next(events.end(), 10, LONG)).succeedsWithin(LONG.dividedBy(2));
        assertThat(events.next(events.end(), 10, Duration.ZERO)).isCompleted();
    }
}
