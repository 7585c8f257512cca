// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.embedding.VectorCache.TextKey;
import org.junit.jupiter.api.Test;

class VectorCacheTest {
    private final VectorCache cache = new VectorCache(3);

    private void put(String... texts) {
        for (String text : texts) {
            cache.put(TextKey.of(text), new float[] {text.length()});
        }
    }

    @Test
    void vector_askedForLongestAgo_goesFirst() {
        put("a", "b", "c");
        assertThat(cache.get(TextKey.of("a"))).containsExactly(1);
        put("d");
        assertThat(cache.size()).isEqualTo(3);
        assertThat(cache.get(TextKey.of("b"))).isNull();
        assertThat(cache.get(TextKey.of("a"))).isNotNull();
        assertThat(cache.get(TextKey.of("d"))).isNotNull();
    }

    @Test
    void lowerLimit_holdsAtOnce_andZeroKeepsNothing() {
        put("a", "b", "c");
        cache.limit(1);
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.get(TextKey.of("c"))).isNotNull();
        cache.limit(0);
        put("d");
        assertThat(cache.size()).isZero();
    }

    @Test
    void key_tellsTextsApart_alsoHalvesOfSurrogatePairs() {
        assertThat(TextKey.of("a")).isEqualTo(TextKey.of("a")).isNotEqualTo(TextKey.of("b"));
        assertThat(TextKey.of("a\ud800")).isNotEqualTo(TextKey.of("a\ud801")).isNotEqualTo(TextKey.of("a?"));
    }
}
