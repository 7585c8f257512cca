// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The words after a command's name, told apart by what the command knows. Immutable.
 *
 * @param words what is no flag, in order
 * @param flags by name; {@code true} for one without a value
 */
record Arguments(List<String> words, Map<String, String> flags) {
    private static final String SET = "true";

    Arguments {
        words = List.copyOf(words);
        flags = Collections.unmodifiableMap(new LinkedHashMap<>(flags));
    }

    /**
     * Tells them apart. Only what begins with two plain hyphens is a flag; after {@code --} nothing is. The next word is
     * a flag's value only if the flag is known to take one.
     *
     * @param known the flags of the command, or null if it takes any
     * @throws Declination that names the flag
     */
    static Arguments of(List<Words.Word> words, @Nullable List<Flag> known) {
        List<String> plain = new ArrayList<>();
        Map<String, String> flags = new LinkedHashMap<>();
        boolean ended = false;
        for (int i = 0; i < words.size(); i++) {
            Words.Word word = words.get(i);
            if (ended || !word.plain() || !word.text().startsWith("--")) {
                plain.add(word.text());
            } else if (word.text().equals("--")) {
                ended = true;
            } else {
                String text = word.text().substring(2);
                int equals = text.indexOf('=');
                String name = equals < 0 ? text : text.substring(0, equals);
                Flag flag = flag(name, known, equals >= 0);
                String value = equals < 0 ? null : text.substring(equals + 1);
                if (value == null && flag.takesValue()) {
                    value = ++i < words.size() ? words.get(i).text() : null;
                }
                put(flags, flag, value);
            }
        }
        for (Flag flag : known == null ? List.<Flag>of() : known) {
            if (flag.required() && !flags.containsKey(flag.name())) {
                throw new Declination("flag --" + flag.name() + " is required");
            }
        }
        return new Arguments(plain, flags);
    }

    private static Flag flag(String name, @Nullable List<Flag> known, boolean hasValue) {
        if (known == null) {
            return new Flag(name, hasValue, List.of(), false);
        }
        return known.stream()
                .filter(flag -> flag.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Declination("there is no flag " + Shown.of("--" + name)
                        + (known.isEmpty()
                                ? "; the command takes none"
                                : "; there are "
                                        + known.stream()
                                                .map(flag -> "--" + flag.name())
                                                .collect(Collectors.joining(", ")))));
    }

    private static void put(Map<String, String> flags, Flag flag, @Nullable String value) {
        if (flag.takesValue() && value == null) {
            throw new Declination("flag --" + flag.name() + " needs a value");
        }
        if (!flag.takesValue() && value != null && !value.equals(SET)) {
            throw new Declination("flag --" + flag.name() + " takes no value");
        }
        String taken = value == null ? SET : value;
        flag.check(taken);
        if (flags.put(flag.name(), taken) != null) {
            throw new Declination("flag --" + flag.name() + " is there twice");
        }
    }

    /** The value of a flag. */
    Optional<String> flag(String name) {
        return Optional.ofNullable(flags.get(name));
    }

    /** Whether a flag without a value is there. */
    boolean has(String name) {
        return flags.containsKey(name);
    }

    /** The word at a place from 0 on. */
    Optional<String> word(int at) {
        return at < words.size() ? Optional.of(words.get(at)) : Optional.empty();
    }

    /** The word at a place from 0 on, which must be there. */
    String word(int at, String what) {
        return word(at).orElseThrow(() -> new Declination("the " + what + " is missing"));
    }

    /** All words from a place on, with a blank in between. */
    String from(int at) {
        return at >= words.size() ? "" : String.join(" ", words.subList(at, words.size()));
    }
}
