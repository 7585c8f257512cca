// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import static io.skep.plugin.context.journal.SessionFixture.appending;
import static io.skep.plugin.context.journal.SessionFixture.archive;
import static io.skep.plugin.context.journal.SessionFixture.context;
import static io.skep.plugin.context.journal.SessionFixture.leaving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.plugin.context.items.ContextItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionLogTest {
    @TempDir
    private Path directory;

    @Test
    void fileThatIsCutAnywhere_hasEverythingThatWasAnsweredBefore_andGoesOn() throws IOException {
        SessionLog log = SessionFixture.create(directory);
        List<Long> ends = new ArrayList<>(List.of(log.summary().bytes()));
        List<List<String>> contexts = new ArrayList<>(List.of(List.of()));
        for (SessionLog.Change<Long> change : List.of(
                appending("one"), appending("two", "three"), leaving(1, 3), appending("!four"), leaving(4))) {
            log.change(change);
            ends.add(log.summary().bytes());
            contexts.add(context(log));
        }
        assertThat(contexts.get(3)).containsExactly("one", "three");
        Path file = log.path();
        byte[] whole = Files.readAllBytes(file);
        for (int cut = Math.toIntExact(ends.get(0)); cut <= whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            SessionLog again = SessionFixture.open(directory);
            int answered = 0;
            while (answered + 1 < ends.size() && ends.get(answered + 1) <= cut) {
                answered++;
            }
            assertThat(context(again)).as("cut at %d", cut).isEqualTo(contexts.get(answered));
            assertThat(again.damage()).isEqualTo(-1);
            again.change(appending("next"));
            assertThat(context(SessionFixture.open(directory))).endsWith("next");
        }
    }

    @Test
    void garbageAtTheEnd_isCutOff() throws IOException {
        SessionLog log = SessionFixture.create(directory);
        log.change(appending("one"));
        byte[] whole = Files.readAllBytes(log.path());
        byte[] longer = Arrays.copyOf(whole, whole.length + 100);
        Arrays.fill(longer, whole.length, longer.length, (byte) 0);
        longer[whole.length + 3] = 5;
        Files.write(log.path(), longer);
        SessionLog again = SessionFixture.open(directory);
        again.change(appending("two"));
        assertThat(context(SessionFixture.open(directory))).containsExactly("one", "two");
    }

    @Test
    void byteThatChanged_isSeen_andNothingIsWrittenBehindIt_orCutOff() throws IOException {
        SessionLog log = SessionFixture.create(directory);
        log.change(appending("one"));
        long end = log.summary().bytes();
        log.change(appending("two"));
        log.change(appending("three"));
        byte[] bytes = Files.readAllBytes(log.path());
        bytes[(int) end + 30] ^= 1;
        Files.write(log.path(), bytes);
        SessionLog again = SessionFixture.open(directory);
        assertThat(context(again)).containsExactly("one");
        assertThat(again.damage()).isEqualTo(end);
        assertThatThrownBy(() -> again.change(appending("four")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is damaged at byte " + end);
        assertThat(Files.size(again.path())).isEqualTo(bytes.length);
    }

    @Test
    void twoGenerations_seeWhatEachOtherWrites() throws IOException {
        SessionLog one = SessionFixture.create(directory);
        SessionLog other = SessionFixture.open(directory);
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (SessionLog log : List.of(one, other)) {
            writers.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 50; i++) {
                    log.change(appending("x"));
                }
            }));
        }
        writers.forEach(CompletableFuture::join);
        assertThat(one.summary().bytes()).isEqualTo(other.summary().bytes());
        assertThat(one.summary().revision()).isEqualTo(100);
        assertThat(context(other)).hasSize(100);
        other.change(leaving(3));
        assertThat(context(one)).containsExactly("x");
    }

    @Test
    void changesThatWait_areSyncedTogether_andOneThatIsRefusedHoldsUpNoOther() throws IOException {
        SessionLog log = SessionFixture.create(directory);
        List<CompletableFuture<Long>> done = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            done.add(log.changeLater(appending("t" + i)));
        }
        CompletableFuture<Long> refused = log.changeLater(batch -> {
            batch.append(SessionFixture.item(batch.next(), "never", false), 1, 0);
            throw new IllegalStateException("broken");
        });
        done.add(log.changeLater(appending("last")));
        done.forEach(CompletableFuture::join);
        assertThat(refused).isCompletedExceptionally();
        assertThat(context(log)).hasSize(21).endsWith("last");
    }

    @Test
    void snapshot_staysAsItWas_whileOthersWrite() throws IOException {
        SessionLog log = SessionFixture.create(directory);
        log.change(appending("one", "two"));
        View view = log.view();
        List<ContextItem> items = log.items(view, view.context(), true);
        for (int i = 0; i < 100; i++) {
            log.change(appending("more"));
        }
        log.change(leaving(2));
        assertThat(SessionFixture.texts(items)).containsExactly("one", "two");
    }

    @Test
    void hundredThousandItems_areReadByThePage_andFoundAgain() throws IOException {
        SessionLog log = SessionFixture.create(directory);
        String[] texts = new String[1000];
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < texts.length; j++) {
                texts[j] = "item " + (i * texts.length + j);
            }
            log.change(appending(texts));
        }
        SessionLog again = SessionFixture.open(directory);
        View view = again.view();
        List<ContextItem> items = again.items(view, view.context(), true);
        assertThat(items).hasSize(100_000);
        assertThat(items.get(99_999).text()).isEqualTo("item 99999");
        long sum = 0;
        for (ContextItem item : items) {
            sum += item.number();
        }
        assertThat(sum).isEqualTo(100_000L * 100_001 / 2);
        again.rest(0);
        assertThat(archive(again)).hasSize(100_000);
    }
}
