// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log that ends in order leaves for whoever opens it next in the same process, as the next version of the plugin does:
 * callers wait meanwhile, and to read a segment of 64 MB by code that has only just been loaded takes seconds. It is signed,
 * and counts only in that process and while nobody has touched the segment, by its times; else the segment is read as a whole.
 * The Merkle tree in it must be that of the last checkpoint.
 */
final class Resume {
    private static final Logger LOG = LoggerFactory.getLogger(Resume.class);
    private static final String FILE = "resume";

    private Resume() {}

    /** Leaves it; if that fails, the segment is read. */
    static void leave(Directory directory, SigningKey key, long first, MerkleFrontier tree, SegmentIndex index) {
        try {
            StringBuilder text = new StringBuilder(head(directory, key.verifyingKey(), first));
            text.append(tree.size());
            for (byte[] subtree : tree.subtrees()) {
                text.append(' ').append(Base64.getEncoder().encodeToString(subtree));
            }
            text.append('\n').append(index.text());
            Files.writeString(file(directory), key.sign(text.toString()));
        } catch (IOException failed) {
            LOG.debug("the audit log will be read when it is opened", failed);
        }
    }

    private static Path file(Directory directory) {
        return directory.root().resolve(FILE);
    }

    /** Which log and segment, which process, and what shows that the segment was touched: three lines. */
    private static String head(Directory directory, VerifyingKey key, long first) throws IOException {
        Path segment = directory.segment(first);
        BasicFileAttributes file = Files.readAttributes(segment, BasicFileAttributes.class);
        boolean hasChangeTime =
                segment.getFileSystem().supportedFileAttributeViews().contains("unix");
        ProcessHandle process = ProcessHandle.current();
        return key.name()
                + '/'
                + Line.number(first)
                + '\n'
                + process.pid()
                + ' '
                + process.info().startInstant().orElse(Instant.EPOCH)
                + '\n'
                + file.size()
                + ' '
                + file.fileKey()
                + ' '
                + file.lastModifiedTime()
                + ' '
                + (hasChangeTime ? Files.getAttribute(segment, "unix:ctime") : "")
                + '\n';
    }

    /** Takes what was left, which is there for one alone; empty if it does not count. */
    static Optional<Recovered> take(Directory directory, VerifyingKey key, long first, Checkpoint last)
            throws IOException {
        String note;
        try {
            note = Note.read(file(directory));
            Files.delete(file(directory));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        String text = Note.open(note, key);
        String head = head(directory, key, first);
        return text == null || !text.startsWith(head)
                ? Optional.empty()
                : read(text.substring(head.length()), Files.size(directory.segment(first)), last);
    }

    private static Optional<Recovered> read(String text, long bytes, Checkpoint last) {
        int end = text.indexOf('\n');
        String[] words = text.substring(0, end).split(" ");
        long size = Long.parseLong(words[0]);
        List<byte[]> subtrees = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            subtrees.add(Base64.getDecoder().decode(words[i]));
        }
        MerkleFrontier tree = new MerkleFrontier(size, subtrees);
        if (size != last.size() || !Arrays.equals(tree.root(), last.root())) {
            return Optional.empty();
        }
        SegmentIndex index = SegmentIndex.parse(text.substring(end + 1), size);
        return Optional.of(new Recovered(last.first(), last.chain(), bytes, tree, index, size, 0));
    }
}
