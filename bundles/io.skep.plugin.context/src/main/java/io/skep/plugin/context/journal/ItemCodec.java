// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.context.items.ContextItem;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Items as bytes, so that what is read is what was written to the last character: text that is not well-formed (half of a
 * surrogate pair) is no UTF-8 and is kept as UTF-16. Whether it is pinned is not part of it, as that changes.
 */
final class ItemCodec {
    private static final long NONE = -1;
    private static final int ABSENT = -1;
    private static final int UTF_16 = 1 << 30;

    private ItemCodec() {}

    static byte[] encode(ContextItem item) {
        byte[] author = bytes(item.author());
        byte[] subject = bytes(item.subject());
        byte[] text = bytes(item.text());
        ByteBuffer out = ByteBuffer.allocate(4 + 1 + 8 + 8 + 3 * 4 + author.length + subject.length + text.length);
        out.putInt(Math.toIntExact(item.number()));
        out.put(code(item.kind()));
        out.putLong(item.at());
        out.putLong(item.about() == null ? NONE : item.about());
        put(out, item.author(), author);
        put(out, item.subject(), subject);
        put(out, item.text(), text);
        return out.array();
    }

    /**
     * The item that was encoded.
     *
     * @throws IllegalArgumentException if nothing was
     */
    static ContextItem decode(ByteBuffer in, boolean pinned) {
        try {
            int number = in.getInt();
            ContextItem.Kind kind = kind(in.get());
            long at = in.getLong();
            long about = in.getLong();
            String author = text(in);
            String subject = text(in);
            String text = text(in);
            if (text == null) {
                throw new IllegalArgumentException("no item: it has no text");
            }
            return new ContextItem(number, kind, at, author, text, about == NONE ? null : about, subject, pinned);
        } catch (BufferUnderflowException shorter) {
            throw new IllegalArgumentException("no item: it is cut off", shorter);
        }
    }

    private static byte code(ContextItem.Kind kind) {
        return switch (kind) {
            case MESSAGE -> 0;
            case TOOL_CALL -> 1;
            case TOOL_RESULT -> 2;
            case DECISION -> 3;
            case FACT -> 4;
            case ARTEFACT -> 5;
        };
    }

    private static ContextItem.Kind kind(byte code) {
        return switch (code) {
            case 0 -> ContextItem.Kind.MESSAGE;
            case 1 -> ContextItem.Kind.TOOL_CALL;
            case 2 -> ContextItem.Kind.TOOL_RESULT;
            case 3 -> ContextItem.Kind.DECISION;
            case 4 -> ContextItem.Kind.FACT;
            case 5 -> ContextItem.Kind.ARTEFACT;
            default -> throw new IllegalArgumentException("no item: it is of kind " + code);
        };
    }

    private static byte[] bytes(@Nullable String text) {
        if (text == null) {
            return new byte[0];
        }
        if (isWellFormed(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        // An encoder would replace the half of a pair.
        ByteBuffer wide = ByteBuffer.allocate(2 * text.length());
        wide.asCharBuffer().put(text);
        return wide.array();
    }

    private static void put(ByteBuffer out, @Nullable String text, byte[] bytes) {
        if (text == null) {
            out.putInt(ABSENT);
        } else {
            out.putInt(isWellFormed(text) ? bytes.length : bytes.length | UTF_16);
            out.put(bytes);
        }
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        if (length == ABSENT) {
            return null;
        }
        boolean wide = (length & UTF_16) != 0;
        int bytes = length & ~UTF_16;
        if (bytes < 0 || bytes > in.remaining()) {
            throw new IllegalArgumentException("no item: its text is cut off");
        }
        byte[] read = new byte[bytes];
        in.get(read);
        if (!wide) {
            return new String(read, StandardCharsets.UTF_8);
        }
        // A decoder would replace the half of a pair.
        char[] chars = new char[bytes / 2];
        ByteBuffer.wrap(read).asCharBuffer().get(chars);
        return new String(chars);
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
