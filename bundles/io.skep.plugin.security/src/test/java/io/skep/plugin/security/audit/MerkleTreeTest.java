// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    private static final HexFormat HEX = HexFormat.of();

    /** The leaves, roots and proofs that implementations of RFC 6962 share as test vectors. */
    private static final List<byte[]> LEAVES = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(HEX::parseHex)
            .map(MerkleTree::leaf)
            .toList();

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private static List<String> hex(List<byte[]> hashes) {
        return hashes.stream().map(HEX::formatHex).toList();
    }

    @Test
    void roots_areThoseOfTheVectors() {
        MerkleFrontier frontier = new MerkleFrontier();
        for (int size = 0; size <= LEAVES.size(); size++) {
            assertThat(HEX.formatHex(MerkleTree.root(LEAVES.subList(0, size)))).isEqualTo(ROOTS.get(size));
            assertThat(HEX.formatHex(frontier.root())).isEqualTo(ROOTS.get(size));
            assertThat(frontier.size()).isEqualTo(size);
            if (size < LEAVES.size()) {
                frontier.add(LEAVES.get(size));
            }
        }
    }

    @Test
    void inclusionProofs_areThoseOfTheVectors() {
        assertThat(hex(MerkleTree.inclusion(0, LEAVES.subList(0, 1)))).isEmpty();
        assertThat(hex(MerkleTree.inclusion(0, LEAVES)))
                .containsExactly(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertThat(hex(MerkleTree.inclusion(5, LEAVES)))
                .containsExactly(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertThat(hex(MerkleTree.inclusion(2, LEAVES.subList(0, 3)))).containsExactly(ROOTS.get(2));
        assertThat(hex(MerkleTree.inclusion(1, LEAVES.subList(0, 5))))
                .containsExactly(
                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    }

    @Test
    void consistencyProofs_areThoseOfTheVectors() {
        assertThat(MerkleTree.consistency(1, LEAVES.subList(0, 1))).isEmpty();
        assertThat(hex(MerkleTree.consistency(1, LEAVES)))
                .containsExactly(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertThat(hex(MerkleTree.consistency(6, LEAVES)))
                .containsExactly(
                        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertThat(hex(MerkleTree.consistency(2, LEAVES.subList(0, 5))))
                .containsExactly(
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
        assertThat(hex(MerkleTree.consistency(6, LEAVES.subList(0, 7))))
                .containsExactly(
                        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                        ROOTS.get(4));
    }

    private static List<byte[]> leaves(int size) {
        return Stream.iterate(0, i -> i + 1)
                .limit(size)
                .map(i -> MerkleTree.leaf(new byte[] {(byte) (int) i}))
                .toList();
    }

    @Test
    void inclusionProof_isValidForItsLeafIndexAndTree_andForNoOther() {
        for (int size = 1; size <= 40; size++) {
            List<byte[]> leaves = leaves(size);
            byte[] root = MerkleTree.root(leaves);
            for (int index = 0; index < size; index++) {
                List<byte[]> proof = MerkleTree.inclusion(index, leaves);
                byte[] leaf = leaves.get(index);
                assertThat(MerkleTree.isIncluded(leaf, index, size, proof, root))
                        .isTrue();
                for (int other = -1; other <= size; other++) {
                    if (other != index) {
                        assertThat(MerkleTree.isIncluded(leaf, other, size, proof, root))
                                .isFalse();
                    }
                }
                assertThat(MerkleTree.isIncluded(MerkleTree.leaf(new byte[] {99}), index, size, proof, root))
                        .isFalse();
                assertThat(MerkleTree.isIncluded(leaf, index, size, proof, leaf))
                        .isEqualTo(size == 1);
                for (List<byte[]> wrong : spoiled(proof)) {
                    assertThat(MerkleTree.isIncluded(leaf, index, size, wrong, root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void consistencyProof_isValidForItsTrees_andForNoOthers() {
        for (int size = 1; size <= 24; size++) {
            List<byte[]> leaves = leaves(size);
            byte[] root = MerkleTree.root(leaves);
            for (int earlier = 0; earlier <= size; earlier++) {
                List<byte[]> proof = MerkleTree.consistency(earlier, leaves);
                byte[] before = MerkleTree.root(leaves.subList(0, earlier));
                assertThat(MerkleTree.isConsistent(earlier, before, size, root, proof))
                        .isTrue();
                byte[] wrongRoot = MerkleTree.leaf(new byte[] {77});
                assertThat(MerkleTree.isConsistent(earlier, wrongRoot, size, root, proof))
                        .isFalse();
                if (earlier > 0) {
                    assertThat(MerkleTree.isConsistent(earlier, before, size, wrongRoot, proof))
                            .isFalse();
                }
                assertThat(MerkleTree.isConsistent(size + 1, before, size, root, proof))
                        .isFalse();
                assertThat(MerkleTree.isConsistent(-1, before, size, root, proof))
                        .isFalse();
                for (List<byte[]> wrong : spoiled(proof)) {
                    assertThat(MerkleTree.isConsistent(earlier, before, size, root, wrong))
                            .as("%s of %s", earlier, size)
                            .isFalse();
                }
            }
        }
    }

    /** The proof with each hash changed, taken away, or one more before or after. */
    private static List<List<byte[]>> spoiled(List<byte[]> proof) {
        List<List<byte[]>> spoiled = new ArrayList<>();
        byte[] foreign = MerkleTree.leaf(new byte[] {55});
        for (int i = 0; i < proof.size(); i++) {
            List<byte[]> changed = new ArrayList<>(proof);
            changed.set(i, foreign);
            spoiled.add(changed);
            List<byte[]> shorter = new ArrayList<>(proof);
            shorter.remove(i);
            spoiled.add(shorter);
        }
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(foreign);
        spoiled.add(longer);
        List<byte[]> earlier = new ArrayList<>(proof);
        earlier.add(0, foreign);
        spoiled.add(earlier);
        return spoiled;
    }

    @Test
    void proofsOfWhatIsNotThere_areRefused() {
        assertThatThrownBy(() -> MerkleTree.inclusion(8, LEAVES)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> MerkleTree.inclusion(-1, LEAVES)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> MerkleTree.consistency(9, LEAVES)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> MerkleTree.consistency(-1, LEAVES)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
