// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares two results: member by member, entry by entry and line by line. Bounded in time and in what it says. Used by
 * one thread.
 */
final class Differences {
    static final int MOST = 40;
    static final int MOST_SHOWN = 240;
    /** Entries or lines that are looked through for what was moved; more of them are compared one by one. */
    private static final int MOST_SEARCHED = 400;

    private static final int BEFORE_DIFFERENCE = 40;

    private final List<Difference.Change> changes = new ArrayList<>();
    private int more;

    /** Where something is. */
    private record Place(String pointer, @Nullable Integer line) {}

    /** Says which places of a sequence are different: {@code before} or {@code now} is null for what is new or gone. */
    @FunctionalInterface
    private interface Compare<T> {
        void at(int index, @Nullable T before, @Nullable T now);
    }

    private Differences() {}

    /** What is different in {@code now}, each a JSON text or any other. */
    static Difference between(String before, String now, String since, Codec codec) {
        Differences found = new Differences();
        JsonNode old = tree(before, codec);
        JsonNode next = tree(now, codec);
        if (old == null || next == null) {
            found.lines("", before, now);
        } else {
            found.compare("", old, next);
        }
        return new Difference(since, found.changes, found.more, null);
    }

    private static @Nullable JsonNode tree(String text, Codec codec) {
        try {
            return codec.tree("it", text);
        } catch (Declination noJson) {
            return null;
        }
    }

    private void compare(String pointer, JsonNode before, JsonNode now) {
        if (before.equals(now)) {
            return;
        }
        if (before.isObject() && now.isObject()) {
            members(pointer, before, now);
        } else if (before.isArray() && now.isArray()) {
            sequence(list(before), list(now), (index, old, next) -> {
                if (old != null && next != null) {
                    compare(pointer + '/' + index, old, next);
                } else {
                    json(pointer + '/' + index, old, next);
                }
            });
        } else if (before.isTextual() && now.isTextual() && (before.textValue() + now.textValue()).indexOf('\n') >= 0) {
            lines(pointer, before.textValue(), now.textValue());
        } else {
            json(pointer, before, now);
        }
    }

    private void members(String pointer, JsonNode before, JsonNode now) {
        for (Iterator<String> names = before.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode next = now.get(name);
            if (next == null) {
                json(below(pointer, name), before.get(name), null);
            } else {
                compare(below(pointer, name), before.get(name), next);
            }
        }
        for (Iterator<String> names = now.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!before.has(name)) {
                json(below(pointer, name), null, now.get(name));
            }
        }
    }

    private static String below(String pointer, String name) {
        return pointer + '/' + name.replace("~", "~0").replace("/", "~1");
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>(array.size());
        array.forEach(list::add);
        return list;
    }

    private void lines(String pointer, String before, String now) {
        sequence(
                before.lines().toList(),
                now.lines().toList(),
                (index, old, next) -> say(new Place(pointer, index + 1), old, next));
    }

    /** What begins and ends alike is left out; in the rest what was put in or taken out is found. */
    private static <T> void sequence(List<T> before, List<T> now, Compare<T> compare) {
        int least = Math.min(before.size(), now.size());
        int head = 0;
        while (head < least && before.get(head).equals(now.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < least - head && before.get(before.size() - 1 - tail).equals(now.get(now.size() - 1 - tail))) {
            tail++;
        }
        List<T> old = before.subList(head, before.size() - tail);
        List<T> next = now.subList(head, now.size() - tail);
        if (Math.max(old.size(), next.size()) > MOST_SEARCHED) {
            pairs(old, head, next, head, compare);
            return;
        }
        for (AbstractDelta<T> delta : DiffUtils.diff(old, next).getDeltas()) {
            Chunk<T> source = delta.getSource();
            Chunk<T> target = delta.getTarget();
            pairs(
                    source.getLines(),
                    head + source.getPosition(),
                    target.getLines(),
                    head + target.getPosition(),
                    compare);
        }
    }

    private static <T> void pairs(List<T> before, int beforeAt, List<T> now, int nowAt, Compare<T> compare) {
        int both = Math.min(before.size(), now.size());
        for (int i = 0; i < both; i++) {
            compare.at(nowAt + i, before.get(i), now.get(i));
        }
        for (int i = both; i < before.size(); i++) {
            compare.at(beforeAt + i, before.get(i), null);
        }
        for (int i = both; i < now.size(); i++) {
            compare.at(nowAt + i, null, now.get(i));
        }
    }

    private void json(String pointer, @Nullable JsonNode before, @Nullable JsonNode now) {
        say(new Place(pointer, null), before == null ? null : before.toString(), now == null ? null : now.toString());
    }

    private void say(Place place, @Nullable String before, @Nullable String now) {
        if (before != null && before.equals(now)) {
            return;
        }
        if (changes.size() >= MOST) {
            more++;
            return;
        }
        int from = before == null || now == null ? 0 : Math.max(0, alike(before, now) - BEFORE_DIFFERENCE);
        changes.add(new Difference.Change(
                shown(place.pointer(), 0),
                place.line(),
                before == null ? null : shown(before, from),
                now == null ? null : shown(now, from)));
    }

    private static int alike(String before, String now) {
        int at = 0;
        while (at < before.length() && at < now.length() && before.charAt(at) == now.charAt(at)) {
            at++;
        }
        return at;
    }

    private static String shown(String text, int from) {
        if (text.length() <= MOST_SHOWN) {
            return text;
        }
        int start = Math.min(from, text.length() - MOST_SHOWN);
        int end = start + MOST_SHOWN;
        return (start > 0 ? "…" : "") + text.substring(start, end) + (end < text.length() ? "…" : "");
    }
}
