// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
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
    void nothing_hasNoDirection() {
        assertThat(Pooling.unitMean(FloatBuffer.wrap(new float[] {1, 2, -1, -2}), 2))
                .containsExactly(0, 0);
    }
}
