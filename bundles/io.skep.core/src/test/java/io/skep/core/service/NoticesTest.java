// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.task.Task;
import io.skep.core.EngineHarness;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class NoticesTest {
    private final EngineHarness h = new EngineHarness();
    private final Notices notices = new Notices(h.engine());

    private List<Event> events() {
        return h.events(EventCursor.start(EngineHarness.SHARDS));
    }

    private Event event(String type) {
        return events().stream().filter(e -> e.type().equals(type)).findFirst().orElseThrow();
    }

    @Test
    void notice_isAnEvent_amongThoseOfItsTask() {
        Task task = h.submit("x");
        h.get(notices.tell("p", new Notice("p.looked", task.id(), "it was time")));
        h.get(h.tasks().cancel(task.id(), null));

        Event told = event("p.looked");

        assertThat(told.subject()).isEqualTo(task.id());
        assertThat(told.cause()).isEqualTo("it was time");
        assertThat(told.agent()).isNull();
        assertThat(told.token()).isZero();
        assertThat(told.shard()).isEqualTo(event("task.canceled").shard());
        assertThat(told.seq()).isGreaterThan(event("task.queued").seq());
        assertThat(told.seq()).isLessThan(event("task.canceled").seq());
    }

    @Test
    void noticeOfATask_isInTheShardOfThatTask_whicheverThatIs() {
        for (int i = 0; i < 20; i++) {
            Task task = h.submit("x");
            h.get(notices.tell("p", new Notice("p.looked", task.id(), "")));
            assertThat(events())
                    .filteredOn(event -> event.subject().equals(task.id()))
                    .hasSizeGreaterThan(1)
                    .extracting(Event::shard)
                    .containsOnly(Integer.parseInt(task.id().substring(0, 2), 16));
        }
    }

    @Test
    void noticeOfSomethingElse_isAmongWhatItsPluginKeeps() {
        Documents documents = new Documents(h.engine());
        for (int i = 0; i < 20; i++) {
            h.get(documents.put("p", "k", new Document(1, String.valueOf(i))));
            h.get(notices.tell("p", new Notice("p.kept", "run-" + i, "")));
        }

        List<Event> told =
                events().stream().filter(e -> e.type().equals("p.kept")).toList();

        assertThat(told)
                .extracting(Event::shard)
                .containsOnly(event("plugin.state").shard());
        assertThat(told)
                .extracting(Event::subject)
                .hasSize(20)
                .startsWith("run-0")
                .endsWith("run-19");
    }

    @Test
    void notice_isToldWhenItIsDurable_andSurvivesARestart() {
        h.log().manual();
        CompletionStage<Void> telling = notices.tell("p", new Notice("p.began", "s", "so"));
        h.run();
        assertThat(telling.toCompletableFuture()).isNotDone();
        assertThat(events()).isEmpty();

        h.log().sync();
        h.get(telling);
        assertThat(events()).hasSize(1);
        List<Event> before = events();
        h.restart();

        assertThat(events()).isEqualTo(before);
    }
}
