// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Vectors as text: a byte a dimension in Base64, and the largest value. */
final class Packing {
    private Packing() {}

    static @Nullable String pack(float @Nullable [] vector) {
        if (vector == null) {
            return null;
        }
        float most = 1e-9f;
        for (float value : vector) {
            most = Math.max(most, Math.abs(value));
        }
        byte[] bytes = new byte[vector.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(vector[i] / most * Byte.MAX_VALUE);
        }
        return Base64.getEncoder().encodeToString(bytes) + ' ' + most;
    }

    static float @Nullable [] unpack(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int space = text.indexOf(' ');
        float scale = Float.parseFloat(text.substring(space + 1)) / Byte.MAX_VALUE;
        byte[] bytes = Base64.getDecoder().decode(text.substring(0, space));
        float[] vector = new float[bytes.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = bytes[i] * scale;
        }
        return vector;
    }
}
