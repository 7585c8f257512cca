// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.plugin.base.Codec;
import io.skep.plugin.context.journal.SessionLog.Summary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What there is to say of a session, beside its file, so that a start need not read every file. It counts only while the
 * file has the length that it says: a file only grows, and one that is written anew has another name.
 *
 * @param file its name
 * @param summary of it at that length
 */
record Head(String file, Summary summary) {
    private static final Logger LOG = LoggerFactory.getLogger(Head.class);
    private static final String NAME = "head.json";

    /** Writes it; if that fails, the file is read at the next start. */
    static void write(Path file, Summary summary, Codec codec) {
        Path head = file.resolveSibling(NAME);
        Path making = file.resolveSibling(NAME + ".new");
        try {
            String text = codec.write(new Head(file.getFileName().toString(), summary));
            Files.write(making, text.getBytes(StandardCharsets.UTF_8));
            Files.move(making, head, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            LOG.debug("{} cannot be written", head, failed);
        }
    }

    /** What it says, if that counts. */
    static Optional<Summary> read(Path directory, Codec codec) throws IOException {
        try {
            Head head = codec.readKept(Files.readString(directory.resolve(NAME)), Head.class);
            Path newest = LogFiles.newest(directory);
            boolean counts = newest.getFileName().toString().equals(head.file())
                    && Files.size(newest) == head.summary().bytes();
            return counts ? Optional.of(head.summary()) : Optional.empty();
        } catch (NoSuchFileException | JsonProcessingException none) {
            LOG.trace("{} has no head", directory, none);
            return Optional.empty();
        }
    }
}
