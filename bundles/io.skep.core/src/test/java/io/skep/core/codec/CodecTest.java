// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.agent.AgentState;
import io.skep.api.event.Event;
import io.skep.api.store.LogRecord;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Change;
import io.skep.core.state.PluginRecord;
import io.skep.core.state.StateDocument;
import io.skep.core.state.Transitions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.123Z");

    private final RandomThings random = new RandomThings(11);

    @Test
    void task_roundTrips() throws IOException {
        for (int i = 0; i < 2000; i++) {
            Task task = random.task();
            assertThat(TaskCodec.decode(TaskCodec.encode(task))).isEqualTo(task);
        }
    }

    @Test
    void taskWithLongStrings_roundTrips() throws IOException {
        Task task = random.task("ä\uD83D\uDE00\u0000\"\\\n".repeat(200_000));

        assertThat(TaskCodec.decode(TaskCodec.encode(task))).isEqualTo(task);
    }

    @Test
    void change_withoutSpecification_takesItFromTheTaskBefore() throws IOException {
        for (int i = 0; i < 500; i++) {
            Task task = random.task();
            Change change = Change.of(task, T0);
            assertThat(ChangeCodec.decode(ChangeCodec.encode(change, null), id -> null))
                    .isEqualTo(change);
            byte[] later = ChangeCodec.encode(change, task);
            assertThat(ChangeCodec.decode(later, id -> id.equals(task.id()) ? task : null))
                    .isEqualTo(change);
            assertThatThrownBy(() -> ChangeCodec.decode(later, id -> null))
                    .isInstanceOf(UnknownTaskException.class)
                    .hasMessageContaining(task.id());
        }
    }

    @Test
    void selection_isKeptWithItsChangeOnly_andTakenBackByName() throws IOException {
        Task without = Transitions.submit("00-a", random.spec("{}"), Set.of(), T0);
        Selection selection = new Selection("a", false, "d-1", List.of(), List.of("it fits"), T0);
        Task selected = Transitions.select(without, selection);

        byte[] made = ChangeCodec.encode(Change.selected(selected, T0), without);
        byte[] later = ChangeCodec.encode(Change.of(selected, T0), selected);
        byte[] takenBack = ChangeCodec.encode(Change.selected(without, T0), selected);

        assertThat(ChangeCodec.decode(made, id -> without).task()).isEqualTo(selected);
        assertThat(new String(later, StandardCharsets.UTF_8)).doesNotContain("it fits");
        assertThat(ChangeCodec.decode(later, id -> selected).task()).isEqualTo(selected);
        assertThat(ChangeCodec.decode(takenBack, id -> selected).task()).isEqualTo(without);
        assertThat(EventCodec.decode(0, new LogRecord(1, made)))
                .isEqualTo(Change.selected(selected, T0).event(0, 1))
                .extracting(Event::agent)
                .isEqualTo("a");
    }

    @Test
    void agent_roundTrips() throws IOException {
        for (int i = 0; i < 500; i++) {
            AgentRecord agent = random.agent();
            Change change = Change.of(agent, T0);
            assertThat(ChangeCodec.decode(ChangeCodec.encode(change, null), id -> null))
                    .isEqualTo(change);
        }
    }

    @Test
    void pluginDocumentAndNote_roundTrip() throws IOException {
        for (int i = 0; i < 500; i++) {
            for (Change change : List.of(
                    Change.of(random.plugin(), "promoted", T0),
                    Change.of(random.document(), T0),
                    Change.note("flag.changed", random.text(), random.text(), T0))) {
                byte[] body = ChangeCodec.encode(change, null);
                assertThat(ChangeCodec.decode(body, id -> null)).isEqualTo(change);
                assertThat(EventCodec.decode(1, new LogRecord(9, body))).isEqualTo(change.event(1, 9));
            }
        }
    }

    @Test
    void snapshotOfAnEarlierVersion_hasNoPlugins() throws IOException {
        SnapshotCodec.Content content =
                SnapshotCodec.decode("{\"tasks\":[],\"agents\":[]}".getBytes(StandardCharsets.UTF_8));

        assertThat(content.plugins()).isEmpty();
        assertThat(content.documents()).isEmpty();
    }

    @Test
    void snapshot_roundTrips() throws IOException {
        List<Task> tasks = Stream.generate(random::task).limit(100).toList();
        List<AgentRecord> agents = Stream.generate(random::agent).limit(20).toList();
        List<PluginRecord> plugins = Stream.generate(random::plugin).limit(20).toList();
        List<StateDocument> documents =
                Stream.generate(random::document).limit(20).toList();
        SnapshotCodec.Content content = new SnapshotCodec.Content(tasks, agents, plugins, documents);

        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(content))).isEqualTo(content);
    }

    @Test
    void event_readFromTheLog_isTheOneThatWasPublished() throws IOException {
        for (int i = 0; i < 500; i++) {
            Task task = random.task();
            Change change = i % 3 == 0 ? Change.progress(task, T0) : Change.of(task, T0);
            Event published = change.event(2, 17);
            LogRecord record = new LogRecord(17, ChangeCodec.encode(change, i % 2 == 0 ? null : task));
            assertThat(EventCodec.decode(2, record)).isEqualTo(published);
        }
        Change agent = Change.of(random.agent().in(AgentState.LOST, "silent", T0), T0);
        assertThat(EventCodec.decode(0, new LogRecord(1, ChangeCodec.encode(agent, null))))
                .isEqualTo(agent.event(0, 1))
                .extracting(Event::type)
                .isEqualTo("agent.lost");
    }

    @Test
    void unknownMembers_areSkipped() throws IOException {
        Task task = random.task();
        AgentRecord agent = random.agent();
        for (byte[] document : List.of(TaskCodec.encode(task), ChangeCodec.encode(Change.of(agent, T0), null))) {
            String more = new String(document, StandardCharsets.UTF_8)
                    .replace("{\"", "{\"later\":[{\"a\":{\"b\":[1,null]}}],\"more\":{\"id\":7},\"none\":null,\"");
            byte[] extended = more.getBytes(StandardCharsets.UTF_8);
            if (document[2] == 'i') {
                assertThat(TaskCodec.decode(extended)).isEqualTo(task);
            } else {
                assertThat(ChangeCodec.decode(extended, id -> null).agent()).isEqualTo(agent);
            }
        }
    }

    @Test
    void truncatedDocument_isAnIOException() {
        byte[] task = TaskCodec.encode(random.task("x"));
        byte[] change = ChangeCodec.encode(Change.of(random.agent(), T0), null);
        byte[] snapshot = SnapshotCodec.encode(new SnapshotCodec.Content(
                List.of(random.task("y")),
                List.of(random.agent()),
                List.of(random.plugin()),
                List.of(random.document())));
        for (int i = 0; i < task.length; i++) {
            byte[] part = Arrays.copyOf(task, i);
            assertThatIOException().as("%s bytes", i).isThrownBy(() -> TaskCodec.decode(part));
        }
        for (int i = 0; i < change.length; i++) {
            byte[] part = Arrays.copyOf(change, i);
            assertThatIOException().as("%s bytes", i).isThrownBy(() -> ChangeCodec.decode(part, id -> null));
        }
        for (int i = 0; i < snapshot.length; i++) {
            byte[] part = Arrays.copyOf(snapshot, i);
            assertThatIOException().as("%s bytes", i).isThrownBy(() -> SnapshotCodec.decode(part));
        }
    }

    @Test
    void documentsOfAnotherShape_areIOExceptions() {
        for (String wrong : List.of(
                "[]",
                "1",
                "null",
                "{}",
                "{\"id\":\"x\",\"state\":\"nonsense\"}",
                "{\"id\":\"x\",\"state\":\"queued\",\"attempts\":7}",
                "{\"id\":\"x\",\"state\":\"queued\",\"attempts\":[{\"token\":1}]}",
                "{\"id\":\"x\",\"state\":\"queued\",\"waitingFor\":\"y\"}",
                "{\"id\":\"x\",\"state\":\"queued\",\"spec\":[]}")) {
            byte[] document = wrong.getBytes(StandardCharsets.UTF_8);
            assertThatIOException().as(wrong).isThrownBy(() -> TaskCodec.decode(document));
            assertThatIOException().as(wrong).isThrownBy(() -> ChangeCodec.decode(document, id -> null));
        }
        assertThatIOException()
                .isThrownBy(() -> SnapshotCodec.decode("{\"tasks\":{}}".getBytes(StandardCharsets.UTF_8)));
    }
}
