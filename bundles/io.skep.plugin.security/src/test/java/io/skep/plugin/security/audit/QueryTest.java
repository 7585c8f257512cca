// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path home;

    private static AuditSettings settings(long segmentBytes, int page, int scan) {
        return new AuditSettings(
                100_000,
                512,
                segmentBytes,
                Duration.ofDays(9),
                100_000,
                Duration.ofDays(9),
                200,
                5,
                page,
                scan,
                4,
                Duration.ofDays(30),
                Duration.ofSeconds(20));
    }

    private static List<AuditRecord> all(AuditLog log, Query query, int most) throws IOException {
        List<AuditRecord> found = new ArrayList<>();
        long after = 0;
        do {
            Page page = log.query(query, after, most);
            assertThat(page.events().size()).isLessThanOrEqualTo(most);
            found.addAll(page.events());
            after = page.next();
        } while (after != 0);
        return found;
    }

    @Test
    void answers_areThoseOfAScan_forRandomQueries() throws IOException {
        Logs logs = new Logs(home);
        logs.settings = settings(60_000, 50, 100_000);
        int events = 400;
        try (AuditLog log = logs.open()) {
            logs.append(log, events);
            assertThat(new Directory(logs.root, logs.checkpoints).firsts().size())
                    .isGreaterThan(3);
            List<AuditRecord> everything = all(log, Query.ALL, 50);
            assertThat(everything)
                    .extracting(AuditRecord::seq)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, events)
                            .mapToObj(Long::valueOf)
                            .toList());
            Random random = new Random(1);
            for (int i = 0; i < 150; i++) {
                Query query = random(random, events);
                List<AuditRecord> expected =
                        everything.stream().filter(query::matches).toList();
                assertThat(all(log, query, 1 + random.nextInt(50)))
                        .as("%s", query)
                        .isEqualTo(expected);
            }
        }
    }

    private static Query random(Random random, int events) {
        Instant from = random.nextBoolean() ? null : START.plusSeconds(random.nextInt(events));
        Instant to = random.nextBoolean() ? null : START.plusSeconds(random.nextInt(events));
        String type = random.nextInt(3) == 0 ? "task" : null;
        return new Query(
                from,
                to,
                random.nextInt(3) == 0 ? "agent-" + random.nextInt(8) : null,
                random.nextInt(3) == 0 ? "create" : null,
                type,
                type != null && random.nextBoolean() ? "t" + random.nextInt(12) : null,
                random.nextInt(3) == 0 ? Outcome.DENIED : null);
    }

    @Test
    void recordMatches_whatItHas() throws IOException {
        Logs logs = new Logs(home);
        try (AuditLog log = logs.open()) {
            logs.append(log, 2);
            AuditRecord event = log.query(Query.ALL, 1, 1).events().get(0);
            assertThat(event.seq()).isEqualTo(2);
            assertThat(event.time()).isEqualTo(START.plusSeconds(1));
            assertThat(event.actor()).isEqualTo("agent-1");
            assertThat(event.action()).isEqualTo("update");
            assertThat(event.type()).isEqualTo("task");
            assertThat(event.object()).isEqualTo("t1");
            assertThat(event.outcome()).isEqualTo("success");
            assertThat(matches(event, START.plusSeconds(1), START.plusSeconds(2)))
                    .isTrue();
            assertThat(matches(event, START.plusSeconds(2), null)).isFalse();
            assertThat(matches(event, null, START.plusSeconds(1))).isFalse();
            assertThatThrownBy(() -> new Query(null, null, null, null, null, "t1", null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static boolean matches(AuditRecord event, Instant from, Instant to) {
        return new Query(from, to, null, null, null, null, null).matches(event);
    }

    @Test
    void pageAndScan_areLimited_andTheCursorGoesOn() throws IOException {
        Logs logs = new Logs(home);
        logs.settings = settings(1 << 30, 4, 10);
        try (AuditLog log = logs.open()) {
            logs.append(log, 30);
            Page first = log.query(Query.ALL, 0, 100);
            assertThat(first.events()).extracting(AuditRecord::seq).containsExactly(1L, 2L, 3L, 4L);
            assertThat(first.next()).isEqualTo(4);
            Query rare = new Query(null, null, "agent-6", "create", null, null, null);
            Page page = log.query(rare, 0, 4);
            assertThat(page.events()).extracting(AuditRecord::seq).containsExactly(7L);
            assertThat(page.next()).isEqualTo(10);
            assertThat(all(log, rare, 4)).extracting(AuditRecord::seq).containsExactly(7L, 28L);
            assertThat(log.query(Query.ALL, 30, 4)).isEqualTo(new Page(List.of(), 0));
            assertThat(log.query(Query.ALL, 27, 4).events()).hasSize(3);
        }
    }

    @Test
    void blocksThatCannotMatch_areNotRead() throws IOException {
        Logs logs = new Logs(home);
        logs.settings = settings(1 << 30, 50, 1500);
        try (AuditLog log = logs.open()) {
            for (int i = 0; i < 5 * SegmentIndex.BLOCK; i++) {
                String actor = i == 3 * SegmentIndex.BLOCK + 5 ? "rare" : "agent-" + i / SegmentIndex.BLOCK;
                log.append(AuditEvent.of(
                        Category.API_ACTIVITY, Actor.agent(actor), "create", new Target("task", ""), Outcome.SUCCESS));
                if (i % SegmentIndex.BLOCK == SegmentIndex.BLOCK - 1) {
                    logs.clock.advance(Duration.ofHours(1));
                }
            }
            logs.append(log, 1);
            // In one page although no page may read more than one and a half blocks.
            Page page = log.query(new Query(null, null, "rare", null, null, null, null), 0, 50);
            assertThat(page.events()).extracting(AuditRecord::seq).containsExactly(3L * SegmentIndex.BLOCK + 6);
            assertThat(page.next()).isZero();
            Page late = log.query(
                    new Query(
                            START.plus(Duration.ofHours(4)),
                            START.plus(Duration.ofHours(5)),
                            null,
                            "create",
                            null,
                            null,
                            null),
                    0,
                    1);
            assertThat(late.events()).extracting(AuditRecord::seq).containsExactly(4L * SegmentIndex.BLOCK + 1);
        }
    }

    @Test
    void indexThatWasTamperedWith_hidesNothing() throws IOException {
        Logs logs = new Logs(home);
        logs.settings = settings(3000, 50, 1000);
        logs.write(12);
        Directory directory = new Directory(logs.root, logs.checkpoints);
        Query query = new Query(null, null, "agent-1", null, null, null, null);
        Path index = directory.index(1);
        String text = Files.readString(index);
        for (String tampered :
                List.of(text, text.replaceFirst("[^ ]*\n", new Bloom().encode() + "\n"), "rubbish", "")) {
            Files.writeString(index, tampered);
            found(logs, query);
        }
        Files.delete(index);
        found(logs, query);
    }

    private static void found(Logs logs, Query query) throws IOException {
        try (AuditLog log = logs.open()) {
            assertThat(all(log, query, 50)).extracting(AuditRecord::seq).containsExactly(2L, 9L);
            // From memory.
            assertThat(all(log, query, 50)).extracting(AuditRecord::seq).containsExactly(2L, 9L);
        }
    }

    @Test
    void filter_hasWhatWasAdded_andLittleElse() {
        Bloom bloom = new Bloom();
        for (int i = 0; i < 2000; i++) {
            bloom.add("a:" + i);
        }
        Bloom read = Bloom.decode(bloom.encode());
        assertThat(IntStream.range(0, 2000)).allMatch(i -> read.mayHave("a:" + i));
        long wrong =
                IntStream.range(0, 10_000).filter(i -> read.mayHave("b:" + i)).count();
        assertThat(wrong).isBetween(1L, 400L);
        Bloom copy = bloom.copy();
        copy.add("new term");
        assertThat(copy.mayHave("new term")).isTrue();
        assertThat(bloom.encode()).isNotEqualTo(copy.encode());
        assertThat(new Bloom().mayHave("")).isFalse();
        assertThatThrownBy(() -> Bloom.decode("AAAA")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void index_isReadAsItWasWritten() {
        SegmentIndex index = new SegmentIndex();
        for (int i = 0; i < SegmentIndex.BLOCK + 1; i++) {
            index.add(i * 10L, 100 + i, 5000 - i, List.of("x" + i));
        }
        assertThat(SegmentIndex.parse(index.text(), 0).text()).isEqualTo(index.text());
        List<SegmentIndex.Block> blocks = index.blocks();
        assertThat(blocks).hasSize(2);
        assertThat(blocks.get(0).earliest()).isEqualTo(5000 - SegmentIndex.BLOCK + 1);
        assertThat(blocks.get(0).latest()).isEqualTo(5000);
        assertThat(blocks.get(1).first).isEqualTo(100 + SegmentIndex.BLOCK);
        assertThat(blocks.get(1).offset).isEqualTo(10L * SegmentIndex.BLOCK);
        assertThat(blocks.get(1).mayHave("x" + SegmentIndex.BLOCK)).isTrue();
        assertThat(blocks.get(1).mayHave("x0")).isFalse();
        for (String wrong : List.of("", "1 2 3\n", "a b c d " + new Bloom().encode() + "\n")) {
            assertThatThrownBy(() -> SegmentIndex.parse(wrong, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void lines_areReadAcrossBuffers_andPartsOfFiles() throws IOException {
        Random random = new Random(3);
        List<String> written = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String line = "x".repeat(random.nextInt(i % 10 == 0 ? 150_000 : 100));
            written.add(line);
            text.append(line).append('\n');
        }
        Path file = Files.writeString(home.resolve("lines"), text + "torn");
        List<String> read = new ArrayList<>();
        long position = 0;
        try (Lines lines = new Lines(file, 0, Long.MAX_VALUE)) {
            for (byte[] line = lines.next(); line != null && !lines.isTorn(); line = lines.next()) {
                position += line.length + 1L;
                assertThat(lines.position()).isEqualTo(position);
                read.add(new String(line, StandardCharsets.UTF_8));
            }
            assertThat(lines.isTorn()).isTrue();
            assertThat(lines.position()).isEqualTo(text.length() + 4L);
        }
        assertThat(read).isEqualTo(written);
        int from = text.indexOf("\n") + 1;
        try (Lines lines = new Lines(file, from, from + written.get(1).length() + 1L)) {
            assertThat(lines.next()).hasSize(written.get(1).length());
            assertThat(lines.next()).isNull();
            assertThat(lines.isTorn()).isFalse();
        }
    }
}
