// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the last word of a line can become. */
final class Completer {
    private Completer() {}

    /** Names of commands, first words, flags or values of flags, in order; empty where anything is possible. */
    static List<String> complete(String text, Map<String, Entry> commands) {
        String line = text.isEmpty() ? "/" : text;
        int last = lastWord(line);
        String word = line.substring(last);
        if (last == 0) {
            String begun = word.startsWith("/") ? word.substring(1) : word;
            return commands.keySet().stream()
                    .filter(name -> name.startsWith(begun))
                    .map(name -> "/" + name)
                    .toList();
        }
        Entry entry = entry(line, commands);
        if (entry == null) {
            return List.of();
        }
        List<Flag> flags = entry.flags() == null ? List.of() : entry.flags();
        Stream<String> words = flags.stream().flatMap(Completer::words);
        boolean isFirst = line.substring(0, last).strip().indexOf(' ') < 0;
        return (word.startsWith("-") || !isFirst
                        ? words
                        : Stream.concat(entry.verbs().stream(), word.isEmpty() ? words : Stream.of()))
                .filter(possible -> possible.startsWith(word))
                .sorted()
                .toList();
    }

    private static int lastWord(String line) {
        int at = line.length();
        while (at > 0 && !Character.isWhitespace(line.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static @Nullable Entry entry(String line, Map<String, Entry> commands) {
        try {
            return commands.get(Line.name(line.strip().split("\\s", 2)[0]));
        } catch (Declination none) {
            return null;
        }
    }

    private static Stream<String> words(Flag flag) {
        String name = "--" + flag.name();
        if (!flag.takesValue()) {
            return Stream.of(name);
        }
        return flag.values().isEmpty()
                ? Stream.of(name + '=')
                : flag.values().stream().map(value -> name + '=' + value);
    }
}
