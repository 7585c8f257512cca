// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes proofs from the files. Thread-safe. */
final class Prover {
    private final Directory directory;
    private final VerifyingKey key;

    Prover(Directory directory, VerifyingKey key) {
        this.directory = directory;
        this.key = key;
    }

    Optional<InclusionProof> prove(long seq) throws IOException {
        long first = 0;
        for (long begin : directory.firsts()) {
            first = begin <= seq ? begin : first;
        }
        List<Path> files = first == 0 ? List.of() : directory.checkpointsOf(first);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        try {
            String note = Note.read(files.get(files.size() - 1));
            Checkpoint signed = Checkpoint.open(note, key);
            if (signed == null || seq >= first + signed.size()) {
                return Optional.empty();
            }
            return Optional.ofNullable(proof((int) (seq - first), signed, note));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        }
    }

    private @Nullable InclusionProof proof(int index, Checkpoint signed, String note) throws IOException {
        List<byte[]> leaves = new ArrayList<>();
        String event = null;
        try (Lines lines = new Lines(directory.segment(signed.first()), 0, Long.MAX_VALUE)) {
            for (byte[] line = lines.next(); line != null && leaves.size() < signed.size(); line = lines.next()) {
                event = leaves.size() == index ? new String(line, StandardCharsets.UTF_8) : event;
                leaves.add(MerkleTree.leaf(line));
            }
        }
        if (event == null || leaves.size() < signed.size()) {
            return null;
        }
        List<String> path = MerkleTree.inclusion(index, leaves).stream()
                .map(Hashes.HEX::formatHex)
                .toList();
        return new InclusionProof(event, index, path, note);
    }
}
