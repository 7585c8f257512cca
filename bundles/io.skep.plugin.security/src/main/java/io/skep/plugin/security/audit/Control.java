// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A control of a framework, and what in the log is evidence for it. The table is {@code controls.txt} beside this class.
 *
 * @param framework that has it
 * @param id in the framework
 * @param asks what it asks, in short
 * @param rule how it is assessed
 * @param days of the rule; 0 if it has none
 * @param events that the rule looks at
 * @param answers that must follow them, for {@link Rule#ANSWERED}
 */
record Control(
        String framework,
        String id,
        String asks,
        Rule rule,
        int days,
        List<EventPattern> events,
        List<EventPattern> answers) {
    /** How a control is assessed. */
    enum Rule {
        SOME,
        NONE,
        ANSWERED,
        INTEGRITY,
        KEPT,
        MANUAL
    }

    static List<Control> table() {
        try (InputStream in = Control.class.getResourceAsStream("controls.txt")) {
            if (in == null) {
                throw new IllegalStateException("controls.txt is missing from the bundle");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Control::parse)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Control parse(String line) {
        String[] cells = line.split(" \\| ");
        List<String> words = List.of(cells[3].split(" "));
        Rule rule = Rule.valueOf(words.get(0).toUpperCase(Locale.ROOT));
        boolean timed = rule == Rule.ANSWERED || rule == Rule.KEPT;
        List<String> rest = words.subList(timed ? 2 : 1, words.size());
        int by = rest.indexOf("by");
        return new Control(
                cells[0],
                cells[1],
                cells[2],
                rule,
                timed ? Integer.parseInt(words.get(1)) : 0,
                patterns(by < 0 ? rest : rest.subList(0, by)),
                patterns(by < 0 ? List.of() : rest.subList(by + 1, rest.size())));
    }

    private static List<EventPattern> patterns(List<String> words) {
        return words.stream().map(EventPattern::parse).toList();
    }
}
