// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Merkle tree of RFC 6962 (2.1), with SHA-256. A leaf hashes a zero byte and the entry, a node a one byte and its two
 * children. Proofs are checked by the algorithms of RFC 9162 (2.1.3.2 and 2.1.4.2).
 */
public final class MerkleTree {
    private MerkleTree() {}

    /** The hash of an entry as a leaf. */
    public static byte[] leaf(byte[] entry) {
        return leaf(Hashes.sha256(), entry, 0, entry.length);
    }

    static byte[] leaf(MessageDigest digest, byte[] entry, int offset, int length) {
        digest.update((byte) 0);
        digest.update(entry, offset, length);
        return digest.digest();
    }

    static byte[] node(MessageDigest digest, byte[] left, byte[] right) {
        digest.update((byte) 1);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }

    /** The root over leaf hashes; the hash of nothing for none. */
    public static byte[] root(List<byte[]> leaves) {
        MerkleFrontier frontier = new MerkleFrontier();
        leaves.forEach(frontier::add);
        return frontier.root();
    }

    /**
     * The hashes that lead from a leaf to the root, nearest first.
     *
     * @throws IndexOutOfBoundsException if there is no such leaf
     */
    public static List<byte[]> inclusion(int index, List<byte[]> leaves) {
        if (index < 0 || index >= leaves.size()) {
            throw new IndexOutOfBoundsException("no leaf " + index + " of " + leaves.size());
        }
        if (leaves.size() == 1) {
            return List.of();
        }
        int split = split(leaves.size());
        boolean left = index < split;
        List<byte[]> path = new ArrayList<>(
                left
                        ? inclusion(index, leaves.subList(0, split))
                        : inclusion(index - split, leaves.subList(split, leaves.size())));
        path.add(root(left ? leaves.subList(split, leaves.size()) : leaves.subList(0, split)));
        return path;
    }

    /**
     * The hashes that show that the tree of all leaves begins with that of the first {@code size}; none if that is all of
     * them or none.
     *
     * @throws IndexOutOfBoundsException if there are not so many leaves
     */
    public static List<byte[]> consistency(int size, List<byte[]> leaves) {
        if (size < 0 || size > leaves.size()) {
            throw new IndexOutOfBoundsException("no " + size + " leaves of " + leaves.size());
        }
        return size == 0 || size == leaves.size() ? List.of() : subproof(size, leaves, true);
    }

    private static List<byte[]> subproof(int size, List<byte[]> leaves, boolean known) {
        if (size == leaves.size()) {
            return known ? List.of() : List.of(root(leaves));
        }
        int split = split(leaves.size());
        boolean left = size <= split;
        List<byte[]> path = new ArrayList<>(
                left
                        ? subproof(size, leaves.subList(0, split), known)
                        : subproof(size - split, leaves.subList(split, leaves.size()), false));
        path.add(root(left ? leaves.subList(split, leaves.size()) : leaves.subList(0, split)));
        return path;
    }

    /** The largest power of two below the size, which is at least 2. */
    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    /** Whether the proof leads from the leaf, by its index in a tree of that size, to the root. */
    public static boolean isIncluded(byte[] leaf, long index, long size, List<byte[]> proof, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        MessageDigest digest = Hashes.sha256();
        long node = index;
        long last = size - 1;
        byte[] hash = leaf;
        for (byte[] sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = node(digest, sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(digest, hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /** Whether the proof shows that the second tree begins with the first. */
    public static boolean isConsistent(long size, byte[] root, long laterSize, byte[] laterRoot, List<byte[]> proof) {
        if (size < 0 || size > laterSize) {
            return false;
        }
        if (size == laterSize) {
            return proof.isEmpty() && Arrays.equals(root, laterRoot);
        }
        if (size == 0) {
            return proof.isEmpty() && Arrays.equals(root, Hashes.sha256().digest());
        }
        // A complete tree is a node of the later one, and so its own first proof.
        List<byte[]> path = new ArrayList<>(proof);
        if (Long.bitCount(size) == 1) {
            path.add(0, root);
        }
        return !path.isEmpty() && climbs(size, root, laterSize, laterRoot, path);
    }

    private static boolean climbs(long size, byte[] root, long laterSize, byte[] laterRoot, List<byte[]> path) {
        MessageDigest digest = Hashes.sha256();
        int complete = Long.numberOfTrailingZeros(size);
        long node = (size - 1) >> complete;
        long last = (laterSize - 1) >> complete;
        byte[] earlier = path.get(0);
        byte[] later = path.get(0);
        for (byte[] hash : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                earlier = node(digest, hash, earlier);
                later = node(digest, hash, later);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                later = node(digest, later, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(earlier, root) && Arrays.equals(later, laterRoot);
    }
}
