// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** What the model reads of one text, where native code finds it. Of one thread at a time. */
final class Inputs {
    private final LongBuffer ids;
    private final LongBuffer mask;
    private final LongBuffer types;

    Inputs(int maxTokens) {
        ids = buffer(maxTokens);
        mask = buffer(maxTokens);
        types = buffer(maxTokens);
        for (int i = 0; i < maxTokens; i++) {
            // Every token counts: a text is by itself, without a longer one beside it to be filled up to.
            mask.put(i, 1);
        }
    }

    void set(int[] tokens) {
        // The last text may have been a shorter one.
        ids.clear();
        for (int i = 0; i < tokens.length; i++) {
            ids.put(i, tokens[i]);
        }
        ids.limit(tokens.length);
        mask.limit(tokens.length);
        types.limit(tokens.length);
    }

    LongBuffer ids() {
        return ids;
    }

    LongBuffer mask() {
        return mask;
    }

    LongBuffer types() {
        return types;
    }

    private static LongBuffer buffer(int longs) {
        return ByteBuffer.allocateDirect(longs * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }
}
