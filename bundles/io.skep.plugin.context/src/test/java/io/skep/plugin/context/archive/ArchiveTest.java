// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.context.archive.Archive.Place;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArchiveTest {
    private final Archive archive = new Archive(100_000, 1_000);

    /** Animals point one way, machines another. */
    private static final class TwoWays implements Embedder {
        private final String model;

        TwoWays(String model) {
            this.model = model;
        }

        @Override
        public String model() {
            return model;
        }

        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public Optional<float[]> cached(String text) {
            return Optional.empty();
        }

        @Override
        public float[] embed(String text) {
            boolean animal = text.toLowerCase(Locale.ROOT).matches(".*(cat|dog|pet).*");
            return animal ? new float[] {1, 0} : new float[] {0, 1};
        }

        @Override
        public List<float[]> embedAll(List<String> texts) {
            return texts.stream().map(this::embed).toList();
        }
    }

    private static ContextItem said(long number, String author, String text) {
        return new ContextItem(number, Kind.MESSAGE, 0, author, text, null, null, false);
    }

    private void fill(String session, String... texts) {
        for (int i = 0; i < texts.length; i++) {
            archive.add(session, said(i + 1L, i % 2 == 0 ? "Ada" : "Ben", texts[i]));
        }
    }

    private List<Place> places(Ask ask) {
        return archive.search(ask, null).stream()
                .map(found -> new Place(found.session(), found.number()))
                .toList();
    }

    @Test
    void words_findTheirItem_inEveryForm() {
        fill("s", "We moved to Lisbon.", "It rains.", "It snows.", "It hails.", "The servers are running.");
        assertThat(places(Ask.anywhere("Where is a server that runs?", 1))).containsExactly(new Place("s", 5));
        assertThat(places(Ask.anywhere("nothing of that kind", 5))).isEmpty();
        assertThat(places(Ask.anywhere("", 5))).isEmpty();
    }

    @Test
    void neighbours_helpToFindAnAnswer() {
        fill("s", "Hello.", "Where were you born?", "In Riga!", "It rains.", "It snows.", "It hails.", "It thaws.");
        assertThat(places(Ask.anywhere("born", 3)))
                .startsWith(new Place("s", 2))
                .contains(new Place("s", 3));
    }

    @Test
    void anAuthor_isAWord() {
        fill("s", "It rains.", "It snows.", "It hails.", "It thaws.", "It freezes.", "It melts.");
        assertThat(places(Ask.anywhere("What did Ben say of snow?", 1))).containsExactly(new Place("s", 2));
    }

    @Test
    void otherSessions_andItems_canBeLeftOut() {
        fill("a", "A red door.");
        fill("b", "A red door.", "A red wall.");
        assertThat(places(Ask.anywhere("red", 9))).hasSize(3);
        assertThat(places(new Ask("red", 9, "b"::equals, (session, number) -> number != 1)))
                .containsExactly(new Place("b", 2));
    }

    @Test
    void anItem_isAddedOnce_andInOrder() {
        fill("s", "A red door.", "A blue door.");
        fill("s", "A red door.", "A blue door.");
        assertThat(archive.size().items()).isEqualTo(2);
        assertThat(archive.itemsWith("door")).isEqualTo(2);
        assertThat(archive.items()).isEqualTo(2);
    }

    @Test
    void aSession_thatIsRemoved_isNotFound_andMayComeAgain() {
        fill("a", "A red door.");
        fill("b", "A red door.");
        archive.remove("a");
        archive.remove("a");
        assertThat(places(Ask.anywhere("red", 9))).containsExactly(new Place("b", 1));
        fill("a", "A red door.");
        assertThat(places(Ask.anywhere("red", 9))).hasSize(2);
    }

    @Test
    void meaning_findsWhatWordsDoNot() {
        TwoWays encoder = new TwoWays("two");
        fill("s", "It rains.", "My dog sleeps.", "It snows.");
        assertThat(archive.search(Ask.anywhere("pet", 1), encoder)).isEmpty();
        for (Place place : archive.withoutVector("two", 10)) {
            archive.put("two", place, encoder.embed(place.number() == 2 ? "My dog sleeps." : "It rains."));
        }
        assertThat(archive.withoutVector("two", 10)).isEmpty();
        assertThat(archive.search(Ask.anywhere("pet", 1), encoder))
                .singleElement()
                .satisfies(found -> assertThat(found.number()).isEqualTo(2))
                .satisfies(found -> assertThat(found.meaning()).isEqualTo(Archive.MEANING));
    }

    @Test
    void vectorsOfAnotherModel_takeTheirPlace() {
        fill("s", "My dog sleeps.");
        archive.put("one", new Place("s", 1), new float[] {1, 0});
        archive.put("one", new Place("s", 7), new float[] {1, 0});
        archive.put("one", new Place("t", 1), new float[] {1, 0});
        assertThat(archive.size().vectors()).isEqualTo(1);
        assertThat(archive.withoutVector("two", 10)).containsExactly(new Place("s", 1));
        assertThat(archive.search(Ask.anywhere("pet", 1), new TwoWays("two"))).isEmpty();
        archive.put("two", new Place("s", 1), new float[] {1, 0});
        assertThat(archive.search(Ask.anywhere("pet", 1), new TwoWays("two"))).hasSize(1);
        assertThat(archive.size().vectors()).isEqualTo(1);
    }

    @Test
    void full_itForgetsTheOldest_andTakesNoMoreVectors() {
        Archive small = new Archive(2_000, 1);
        for (int i = 1; i <= 5_000; i++) {
            small.add("s" + i % 7, said(i, "Ada", "number" + i + " of many"));
        }
        assertThat(small.size().items()).isEqualTo(2_000);
        assertThat(small.size().forgotten()).isEqualTo(3_000);
        assertThat(small.search(Ask.anywhere("number17", 1), null)).isEmpty();
        assertThat(small.search(Ask.anywhere("number4999", 1), null))
                .singleElement()
                .satisfies(found -> assertThat(found.number()).isEqualTo(4_999));
        Place first = small.withoutVector("m", 5).get(0);
        small.put("m", first, new float[] {1});
        assertThat(small.withoutVector("m", 5)).isEmpty();
        small.put("m", new Place("s0", 4_998), new float[] {1});
        assertThat(small.size().vectors()).isEqualTo(1);
    }

    @Test
    void removing_whileOthersSearch_isSafe() {
        IntStream.range(0, 400).parallel().forEach(i -> {
            if (i % 4 == 0) {
                archive.remove("s" + i % 10);
            } else if (i % 4 == 1) {
                assertThat(archive.search(Ask.anywhere("door wall", 5), null)).hasSizeLessThanOrEqualTo(5);
            } else {
                for (int n = 1; n < 30; n++) {
                    archive.add("s" + i % 10, said(n, "Ada", "A door and a wall " + n));
                }
            }
        });
        assertThat(archive.size().items()).isLessThanOrEqualTo(290);
    }
}
