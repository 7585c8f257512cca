// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.payload.PayloadLostException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Reads a payload and computes its hash on the way. The bytes with which it would be complete are only given when the
 * hash is right, so that nobody takes a changed payload for a whole one. For one thread.
 */
final class VerifiedInput extends InputStream {
    private final InputStream in;
    private final String sha256;
    private final long length;
    private final MessageDigest digest = Hashing.sha256();
    private long given;

    /** {@code length} is how long the file is now. */
    VerifiedInput(InputStream in, String sha256, long length) throws IOException {
        this.in = in;
        this.sha256 = sha256;
        this.length = length;
        if (length == 0) {
            checkHash();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (given == length) {
            return -1;
        }
        int read = in.read(bytes, offset, (int) Math.min(count, length - given));
        if (read < 0) {
            throw PayloadLostException.changed(sha256);
        }
        digest.update(bytes, offset, read);
        given += read;
        if (given == length) {
            checkHash();
        }
        return read;
    }

    private void checkHash() throws IOException {
        if (!Hashing.hex(digest).equals(sha256)) {
            throw PayloadLostException.changed(sha256);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
