// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadUpload;
import java.util.Random;

/** Stores bytes as an edge does. */
final class Loads {
    private Loads() {}

    /** Always the same bytes of that length. */
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Stores them in two pieces. */
    static Payload store(Payloads payloads, byte[] bytes) {
        try (PayloadUpload upload = payloads.begin(bytes.length)) {
            int half = bytes.length / 2;
            upload.write(bytes, 0, half);
            upload.write(bytes, half, bytes.length - half);
            return upload.complete().toCompletableFuture().join();
        }
    }
}
