// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Collects the standard output of a program up to a limit, and reads on beyond it without keeping. Thread-safe. */
final class Output {
    private static final int BLOCK = 8_192;

    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean exceeded;

    Output(int limit) {
        this.limit = limit;
    }

    /**
     * Reads to the end, which comes when the last process that holds the other end closes it.
     *
     * @param tooMuch called once when there is more than the limit
     */
    void readFrom(InputStream in, Runnable tooMuch) {
        byte[] block = new byte[BLOCK];
        try (in) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                if (keep(block, n)) {
                    tooMuch.run();
                }
            }
        } catch (IOException closed) {
            // The stream was closed under us; what has come is all there is.
            return;
        }
    }

    /** Whether there was more than the limit. */
    synchronized boolean isExceeded() {
        return exceeded;
    }

    /** What has come so far. */
    synchronized byte[] bytes() {
        return kept.toByteArray();
    }

    private synchronized boolean keep(byte[] block, int n) {
        if (exceeded) {
            return false;
        }
        exceeded = kept.size() + n > limit;
        kept.write(block, 0, Math.min(n, limit - kept.size()));
        return exceeded;
    }
}
