// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The root of a growing {@link MerkleTree}. It keeps only the roots of the complete subtrees on the right edge, one for
 * each bit of its size, so adding a leaf costs two hashes on average. Not thread-safe.
 */
final class MerkleFrontier {
    private final MessageDigest digest = Hashes.sha256();
    /** Smallest subtree first. */
    private final Deque<byte[]> complete = new ArrayDeque<>();

    private long size;

    /** Of no leaves. */
    MerkleFrontier() {}

    /**
     * Goes on with what {@link #subtrees} said.
     *
     * @throws IllegalArgumentException if a tree of that size has not as many
     */
    MerkleFrontier(long size, List<byte[]> subtrees) {
        if (subtrees.size() != Long.bitCount(size)) {
            throw new IllegalArgumentException(subtrees.size() + " subtrees of " + size + " leaves");
        }
        this.size = size;
        complete.addAll(subtrees);
    }

    /** Roots of the complete subtrees, the smallest first. */
    List<byte[]> subtrees() {
        return List.copyOf(complete);
    }

    void add(byte[] leaf) {
        byte[] hash = leaf;
        for (long bits = size; (bits & 1) == 1; bits >>= 1) {
            hash = MerkleTree.node(digest, complete.pop(), hash);
        }
        complete.push(hash);
        size++;
    }

    long size() {
        return size;
    }

    byte[] root() {
        if (complete.isEmpty()) {
            return digest.digest();
        }
        Iterator<byte[]> subtrees = complete.iterator();
        byte[] hash = subtrees.next();
        while (subtrees.hasNext()) {
            hash = MerkleTree.node(digest, subtrees.next(), hash);
        }
        return hash;
    }
}
