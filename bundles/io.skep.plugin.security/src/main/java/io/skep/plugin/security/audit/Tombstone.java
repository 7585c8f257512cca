// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stays of a segment that was removed because it was old: a signed note that lets the chain go on.
 *
 * @param closing the segment's last checkpoint, as it was
 * @param prev hash of the event before the segment, in hex
 * @param removed when it was removed
 */
record Tombstone(Checkpoint closing, String prev, Instant removed) {
    private static final Pattern FORM = Pattern.compile("(?<log>[^\\s+]{1,128})/(?<first>00[0-9]{18})\\n"
            + "removed (?<removed>[0-9TZ:.-]{20,40})\\n"
            + "size (?<size>[1-9][0-9]{0,17})\\n"
            + "root (?<root>[A-Za-z0-9+/]{43}=)\\n"
            + "prev (?<prev>[0-9a-f]{64})\\n"
            + "chain (?<chain>[0-9a-f]{64})\\n");

    String text() {
        return closing.log() + '/' + Line.number(closing.first()) + "\nremoved " + removed + "\nsize " + closing.size()
                + "\nroot " + Base64.getEncoder().encodeToString(closing.root()) + "\nprev " + prev + "\nchain "
                + closing.chain() + '\n';
    }

    /** Reads one that the key has signed; null if it has not. */
    static @Nullable Tombstone open(String note, VerifyingKey key) {
        String text = Note.open(note, key);
        Matcher form = FORM.matcher(text == null ? "" : text);
        if (!form.matches() || !form.group("log").equals(key.name())) {
            return null;
        }
        Checkpoint closing = new Checkpoint(
                key.name(),
                Long.parseLong(form.group("first")),
                Long.parseLong(form.group("size")),
                Base64.getDecoder().decode(form.group("root")),
                form.group("chain"),
                null);
        try {
            return new Tombstone(closing, form.group("prev"), Instant.parse(form.group("removed")));
        } catch (DateTimeParseException noTime) {
            return null;
        }
    }

    /** Number of the first event after it. */
    long next() {
        return closing.first() + closing.size();
    }
}
