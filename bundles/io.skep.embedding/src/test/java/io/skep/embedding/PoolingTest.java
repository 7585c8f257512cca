// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PoolingTest {
    @Test
    void mean_isOfUnitLength() {
        float[] vector = Pooling.unitMean(FloatBuffer.wrap(new float[] {1, 2, 5, 6}), 2);
        // The mean is (3, 4), of length 5.
        assertThat(vector).containsExactly(new float[] {0.6f, 0.8f}, Offset.offset(1e-6f));
    }

    @Test
    void first_isOfUnitLength() {
        assertThat(Pooling.unitFirst(FloatBuffer.wrap(new float[] {3, 4, 5, 6}), 2))
                .containsExactly(new float[] {0.6f, 0.8f}, Offset.offset(1e-6f));
    }

    @Test
    void joined_hasTheMeanOfTheCosines() {
        float[] a = Pooling.unitJoined(List.of(new float[] {1, 0}, new float[] {0.6f, 0.8f}));
        float[] b = Pooling.unitJoined(List.of(new float[] {0, 1}, new float[] {1, 0}));
        assertThat(a).hasSize(4);
        float product = 0;
        float square = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            square += a[i] * a[i];
        }
        assertThat(product).isEqualTo(0.3f, Offset.offset(1e-6f));
        assertThat(square).isEqualTo(1, Offset.offset(1e-6f));
        float[] alone = {1, 0};
        assertThat(Pooling.unitJoined(List.of(alone))).isSameAs(alone);
    }

    @Test
    void middle_isTakenOff() {
        float[] middle = Pooling.middle(List.of(new float[] {1, 2}, new float[] {3, 2}));
        assertThat(middle).containsExactly(2, 2);
        assertThat(Pooling.unitLess(middle, 0.5f, new float[] {4, 5}))
                .containsExactly(new float[] {0.6f, 0.8f}, Offset.offset(1e-6f));
    }

    @Test
    void nothing_hasNoDirection() {
        assertThat(Pooling.unitMean(FloatBuffer.wrap(new float[] {1, 2, -1, -2}), 2))
                .containsExactly(0, 0);
    }
}
