// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import java.util.random.RandomGenerator;

/**
 * Makes task ids: two hexadecimal digits of the shard, a hyphen, then in base 32 the milliseconds since 1970 (9 digits),
 * a counter (4) and 40 random bits (8), so that ids sort by submission and cannot be guessed from each other. Used by
 * one thread.
 */
public final class Ids {
    private static final char[] BASE32 = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int COUNTER_MASK = (1 << 20) - 1;
    /** Of the shard and the hyphen behind it. */
    private static final int SHARD_LENGTH = 3;

    private final RandomGenerator random;
    private int counter;

    /** With the source of the random bits. */
    public Ids(RandomGenerator random) {
        this.random = random;
    }

    /** Some shard of so many, for a task that may be in any. */
    public int nextShard(int shards) {
        return random.nextInt(shards);
    }

    /** The next id in {@code shard}. */
    public String next(int shard, long nowMillis) {
        char[] id = new char[24];
        id[0] = Character.forDigit(shard >>> 4, 16);
        id[1] = Character.forDigit(shard & 15, 16);
        id[2] = '-';
        digits(id, 3, 9, nowMillis);
        counter = counter + 1 & COUNTER_MASK;
        digits(id, 12, 4, counter);
        digits(id, 16, 8, random.nextLong());
        return new String(id);
    }

    /**
     * Orders ids by submission, whatever their shards: by what stands behind the shard. Allocates nothing: a million ids
     * are put in order at a restart.
     */
    public static int compareBySubmission(String one, String other) {
        int end = Math.min(one.length(), other.length());
        for (int i = SHARD_LENGTH; i < end; i++) {
            if (one.charAt(i) != other.charAt(i)) {
                return one.charAt(i) - other.charAt(i);
            }
        }
        return one.length() - other.length();
    }

    /** Whether {@code id} could be one of ours in a store of {@code shards} shards. */
    public static boolean isTaskId(String id, int shards) {
        if (id.length() != 24 || id.charAt(2) != '-') {
            return false;
        }
        int high = Character.digit(id.charAt(0), 16);
        int low = Character.digit(id.charAt(1), 16);
        return high >= 0 && low >= 0 && high * 16 + low < shards;
    }

    private static void digits(char[] into, int from, int count, long value) {
        long rest = value;
        for (int i = from + count - 1; i >= from; i--) {
            into[i] = BASE32[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
