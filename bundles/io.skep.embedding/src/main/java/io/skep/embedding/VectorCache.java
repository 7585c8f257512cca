// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of the texts that were asked for last, found by 128 bits of the text's SHA-256, so that a long text takes no
 * more room than a short one. One lock: it is held for some tens of nanoseconds, an inference takes ten thousand times as
 * long. Thread-safe.
 */
final class VectorCache {
    /** What stands for a text. */
    record TextKey(long high, long low) {
        static TextKey of(String text) {
            byte[] bytes = new byte[text.length() * Character.BYTES];
            // Not as UTF-8, in which all halves of surrogate pairs are the same.
            ByteBuffer.wrap(bytes).asCharBuffer().put(text);
            ByteBuffer hash = ByteBuffer.wrap(sha256(bytes));
            return new TextKey(hash.getLong(), hash.getLong());
        }

        private static byte[] sha256(byte[] bytes) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /** The one that was asked for longest ago is the first. */
    private final Map<TextKey, float[]> vectors = new LinkedHashMap<>(16, 0.75f, true);

    private int limit;

    VectorCache(int limit) {
        this.limit = limit;
    }

    synchronized float @Nullable [] get(TextKey key) {
        return vectors.get(key);
    }

    synchronized void put(TextKey key, float[] vector) {
        vectors.put(key, vector);
        trim();
    }

    /** How many are kept from now on. */
    synchronized void limit(int now) {
        limit = now;
        trim();
    }

    synchronized int size() {
        return vectors.size();
    }

    private void trim() {
        Iterator<TextKey> oldest = vectors.keySet().iterator();
        while (vectors.size() > limit) {
            oldest.next();
            oldest.remove();
        }
    }
}
