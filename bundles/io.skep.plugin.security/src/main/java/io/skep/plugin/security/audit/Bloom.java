// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.Base64;

/**
 * A Bloom filter of {@value #BYTES} bytes: it may say that a term is there which is not, never the reverse. With the 2,000
 * or so different terms of a full block about one answer in fifty is wrong. Not thread-safe.
 */
final class Bloom {
    static final int BYTES = 2048;
    private static final int PROBES = 4;

    private final byte[] bits;

    Bloom() {
        this(new byte[BYTES]);
    }

    private Bloom(byte[] bits) {
        this.bits = bits;
    }

    /** Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Bloom decode(String base64) {
        byte[] bits = Base64.getDecoder().decode(base64);
        if (bits.length != BYTES) {
            throw new IllegalArgumentException("not a filter");
        }
        return new Bloom(bits);
    }

    String encode() {
        return Base64.getEncoder().encodeToString(bits);
    }

    Bloom copy() {
        return new Bloom(bits.clone());
    }

    void add(String term) {
        long hash = hash(term);
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash, probe);
            bits[bit >> 3] |= (byte) (1 << (bit & 7));
        }
    }

    boolean mayHave(String term) {
        long hash = hash(term);
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash, probe);
            if ((bits[bit >> 3] & 1 << (bit & 7)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Kirsch and Mitzenmacher: two hashes make as many as are needed. */
    private static int bit(long hash, int probe) {
        return Math.floorMod((int) hash + probe * ((int) (hash >>> 32) | 1), BYTES * 8);
    }

    /** FNV-1a over 64 bits, with the finalizer of MurmurHash3, which spreads it to the low bits. */
    private static long hash(String term) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < term.length(); i++) {
            hash = (hash ^ term.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
