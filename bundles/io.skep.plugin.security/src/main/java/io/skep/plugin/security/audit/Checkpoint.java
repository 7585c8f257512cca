// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a signed checkpoint says of a segment, in the format of C2SP tlog-checkpoint. The origin is {@code LOG/FIRST}.
 * Extension lines: {@code chain N HASH}, the number and hash of the last event it covers, and, when the segment is
 * complete, {@code closed HASH}, the SHA-256 of its index.
 *
 * @param log the log's name
 * @param first number of the segment's first event
 * @param size how many of its events it covers
 * @param root of their Merkle tree, 32 bytes
 * @param chain the hash of the last of them, in hex; of the event before the segment if there are none
 * @param closed SHA-256 of the index in hex, or null while the segment grows
 */
public record Checkpoint(
        String log,
        long first,
        long size,
        byte[] root,
        String chain,
        @Nullable String closed) {
    private static final Pattern FORM = Pattern.compile("(?<log>[^\\s+]{1,128})/(?<first>00[0-9]{18})\\n"
            + "(?<size>0|[1-9][0-9]{0,17})\\n"
            + "(?<root>[A-Za-z0-9+/]{43}=)\\n"
            + "chain (?<last>[0-9]{1,18}) (?<chain>[0-9a-f]{64})\\n"
            + "(?:closed (?<closed>[0-9a-f]{64})\\n)?");

    String text() {
        return log + '/' + Line.number(first) + '\n' + size + '\n'
                + Base64.getEncoder().encodeToString(root)
                + "\nchain " + (first + size - 1) + ' ' + chain + '\n'
                + (closed == null ? "" : "closed " + closed + '\n');
    }

    /**
     * Reads a checkpoint that the key has signed.
     *
     * @return null if it has not, or if it is no checkpoint of that log
     */
    public static @Nullable Checkpoint open(String note, VerifyingKey key) {
        String text = Note.open(note, key);
        Matcher form = FORM.matcher(text == null ? "" : text);
        if (!form.matches() || !form.group("log").equals(key.name())) {
            return null;
        }
        byte[] root = Base64.getDecoder().decode(form.group("root"));
        Checkpoint read = new Checkpoint(
                key.name(),
                Long.parseLong(form.group("first")),
                Long.parseLong(form.group("size")),
                root,
                form.group("chain"),
                form.group("closed"));
        return read.text().equals(text) ? read : null;
    }

    String fileName() {
        return fileName(first, size);
    }

    static String fileName(long first, long size) {
        return Line.number(first) + '-' + Line.number(size) + ".checkpoint";
    }
}
