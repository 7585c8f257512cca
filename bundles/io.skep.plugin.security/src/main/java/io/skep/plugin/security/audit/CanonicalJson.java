// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes JSON as RFC 8785 (JCS) does: names sorted by UTF-16 code units, no white space, only the escapes that must be. It
 * knows maps, lists, texts, booleans and whole numbers that a double holds exactly; events need no others. A surrogate
 * without its partner, which is in no valid text, becomes U+FFFD.
 */
final class CanonicalJson {
    private static final long LARGEST = (1L << 53) - 1;

    private final StringBuilder out = new StringBuilder(1024);

    private CanonicalJson() {}

    static String write(Map<String, ?> map) {
        CanonicalJson json = new CanonicalJson();
        json.map(map);
        return json.out.toString();
    }

    private void value(Object value) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else if (value instanceof List<?> list) {
            list(list);
        } else if (value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Integer || (value instanceof Long number && Math.abs(number) <= LARGEST)) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("not a value of canonical JSON: " + value);
        }
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        boolean isSorted = map.size() < 2 || (map instanceof SortedMap<?, ?> sorted && sorted.comparator() == null);
        Iterator<? extends Map.Entry<?, ?>> entries =
                (isSorted ? map : new TreeMap<>(map)).entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            text((String) entry.getKey());
            out.append(':');
            value(entry.getValue());
            out.append(entries.hasNext() ? "," : "");
        }
        out.append('}');
    }

    private void list(List<?> list) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ",");
            value(list.get(i));
        }
        out.append(']');
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                escape(c);
            } else if (!Character.isSurrogate(c)) {
                out.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append('\ufffd');
            }
        }
        out.append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> out.append("\\u00").append(Hashes.HEX.toHexDigits((byte) c));
        }
    }
}
