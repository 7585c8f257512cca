// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * That an event is covered by a signed checkpoint: all that is needed to check it, with the key.
 *
 * @param event the line in the log
 * @param index of the event in its segment, from 0
 * @param path of hashes from the leaf to the root, nearest first, in hex
 * @param checkpoint the signed note
 */
public record InclusionProof(String event, long index, List<String> path, String checkpoint) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Copies the path. */
    public InclusionProof {
        path = List.copyOf(path);
    }

    /** Whether the event is the one that the key's owner has signed for. */
    public boolean isValid(VerifyingKey key) {
        Checkpoint signed = Checkpoint.open(checkpoint, key);
        if (signed == null || !path.stream().allMatch(HASH.asMatchPredicate())) {
            return false;
        }
        byte[] leaf = MerkleTree.leaf(event.getBytes(StandardCharsets.UTF_8));
        List<byte[]> hashes = path.stream().map(Hashes.HEX::parseHex).toList();
        return MerkleTree.isIncluded(leaf, index, signed.size(), hashes, signed.root());
    }
}
