// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import io.skep.plugin.context.journal.Meta;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSessionsTest {
    @TempDir
    private Path directory;

    private DiskSessions sessions;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void create() {
        sessions = opened();
        sessions.create(meta("s", "ada"));
        sessions.listen(new Sessions.Listener() {
            @Override
            public void erased(String session) {
                told.add("erased " + session);
            }

            @Override
            public void erased(String session, List<Long> numbers) {
                told.add("erased " + session + numbers);
            }
        });
    }

    private DiskSessions opened() {
        DiskSessions made = new DiskSessions(
                directory, new Codec(), Clock.systemUTC(), SessionSettings.DEFAULT, String::length);
        made.start(true);
        return made;
    }

    private static Meta meta(String id, String agent) {
        return new Meta(id, agent, "default", null, "private", null, false, 1, null, null);
    }

    private static Draft draft(String text, boolean pinned) {
        return new Draft(Kind.TOOL_RESULT, null, "ada", text, null, null, pinned);
    }

    private static ContextItem with(ContextItem item, String text) {
        return new ContextItem(
                item.number(),
                item.kind(),
                item.at(),
                item.author(),
                text,
                item.about(),
                item.subject(),
                item.pinned());
    }

    private List<String> context() {
        return sessions.items("s").items().stream().map(ContextItem::text).toList();
    }

    @Test
    void replacement_keepsWhatWasAppendedMeanwhile_andTheArchive() {
        sessions.append("s", List.of(draft("one", false), draft("a long result", false), draft("three", true)));
        Sessions.Snapshot before = sessions.items("s");
        assertThat(before.revision()).isEqualTo(3);
        assertThat(before.tokens()).isEqualTo(3 + 13 + 5);
        sessions.append("s", List.of(draft("meanwhile", false)));
        List<ContextItem> kept = List.of(
                with(before.items().get(1), "[cleared]"), before.items().get(2));
        Session after = sessions.replace("s", 3, kept, List.of(draft("in short", false)), "light");
        assertThat(after.revision()).isEqualTo(5);
        assertThat(after.tokens()).isEqualTo(8 + 9 + 5 + 9);
        assertThat(context()).containsExactly("in short", "[cleared]", "three", "meanwhile");
        assertThat(sessions.archive("s").items())
                .extracting(ContextItem::text)
                .containsExactly("one", "a long result", "three", "meanwhile", "in short");
        assertThat(before.items()).extracting(ContextItem::text).containsExactly("one", "a long result", "three");
        Sessions.Snapshot again = sessions.items("s");
        sessions.replace("s", again.revision(), again.items(), List.of(), "the same");
        assertThat(context()).containsExactly("in short", "[cleared]", "three", "meanwhile");
        sessions = opened();
        assertThat(context()).containsExactly("in short", "[cleared]", "three", "meanwhile");
        assertThat(sessions.pinned("s")).containsExactly(3L);
    }

    @Test
    void replacement_isRefused_ifTheContextHasChanged_orWhatIsPinnedWouldNotStay() {
        sessions.append("s", List.of(draft("one", false), draft("two", true)));
        List<ContextItem> items = sessions.items("s").items();
        assertThatThrownBy(() -> sessions.replace("s", 2, List.of(items.get(0)), List.of(), ""))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("item 2 pinned, which would be missing");
        assertThatThrownBy(() -> sessions.replace("s", 2, List.of(with(items.get(1), "2")), List.of(), ""))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("item 2 pinned, which would be changed");
        assertThatThrownBy(() -> sessions.replace("s", 2, List.of(items.get(1), items.get(1)), List.of(), ""))
                .isInstanceOf(Declination.class)
                .hasMessageContaining("named twice");
        assertThatThrownBy(() -> sessions.replace("s", 9, List.of(), List.of(), ""))
                .isInstanceOf(Declination.class);
        ContextItem unknown = new ContextItem(9, Kind.FACT, 1, null, "x", null, null, false);
        assertThatThrownBy(() -> sessions.replace("s", 2, List.of(unknown), List.of(), ""))
                .isInstanceOf(Declination.class)
                .hasMessageContaining("no item 9");
        sessions.replace("s", 2, List.of(items.get(1)), List.of(), "");
        assertThatThrownBy(() -> sessions.replace("s", 2, items, List.of(), ""))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("has changed after revision 2");
        assertThat(context()).containsExactly("two");
    }

    @Test
    void otherGeneration_seesWhatIsOpenedAndErased() {
        DiskSessions other = opened();
        sessions.create(meta("t", "ada"));
        assertThat(other.of("ada")).extracting(Session::id).containsExactly("s", "t");
        other.append("t", List.of(draft("one", false)));
        assertThat(sessions.find("t").orElseThrow().items()).isEqualTo(1);
        sessions.erase("t");
        assertThat(other.find("t")).isEmpty();
        assertThatThrownBy(() -> other.items("t")).isInstanceOf(Declination.class);
        assertThat(sessions.create(meta("s", "bob"))).isFalse();
        sessions.append("s", List.of(draft("x", false)));
        sessions.eraseAuthor("s", "ada");
        assertThat(told).containsExactly("erased t", "erased s[1]");
    }

    @Test
    void whatACrashLeftHalfMadeOrHalfErased_isRemoved() throws IOException {
        Path making = Files.createDirectories(directory.resolve(".making-x"));
        Files.writeString(making.resolve("0000000001.log"), "half");
        Files.createDirectories(directory.resolve(".erased-y-1"));
        DiskSessions other = opened();
        assertThat(other.all()).hasSize(1);
        try (var left = Files.list(directory)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void preparationAndRestoration_areForEachOpenSession_andSayWhatWasCorrupt() throws IOException {
        FakeOrchestrator orchestrator = new FakeOrchestrator();
        Checkpointing preparation = new Checkpointing(sessions, orchestrator, Clock.systemUTC(), 3);
        sessions.create(meta("t", "ada"));
        sessions.create(meta("u", "bob"));
        sessions.append("s", List.of(draft("one", false), draft("two", true)));
        assertThat(preparation.prepare("ada"))
                .extracting(Preparation.Prepared::session, Preparation.Prepared::items)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("s", 2), org.assertj.core.groups.Tuple.tuple("t", 0));
        preparation.prepare("ada");
        sessions.append("s", List.of(draft("meanwhile", false)));
        Files.writeString(directory.resolve("s").resolve("0000000002.checkpoint"), "no checkpoint");
        Files.delete(directory.resolve("t").resolve("0000000001.log"));
        DiskSessions again = opened();
        List<Preparation.Woken> woken =
                new Checkpointing(again, orchestrator, Clock.systemUTC(), 3).restore("ada");
        assertThat(woken).hasSize(2);
        assertThat(woken.get(0))
                .isEqualTo(new Preparation.Woken("s", 1L, 3, 2, 3, 15, List.of(2L), false));
        assertThat(woken.get(1).repaired()).isTrue();
        assertThat(orchestrator.notices())
                .extracting(notice -> notice.type() + ' ' + notice.subject())
                .containsExactly(
                        "context-management.checkpoint.corrupt s", "context-management.session.repaired t");
    }
}
