// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts arguments into a prompt: {@code $ARGUMENTS} is all words, {@code $1} to {@code $9} one of them, {@code ${depth}}
 * the value of a flag; what is not there is empty, and {@code $$} is a dollar. What was put in is not looked at again.
 */
final class Template {
    private static final Pattern PLACE =
            Pattern.compile("\\$(?:\\$|ARGUMENTS\\b|[1-9](?![0-9])|\\{[a-z][a-z0-9-]{0,31}\\})");

    private Template() {}

    /**
     * The prompt with the arguments. A prompt that has no place for words gets them as a last line.
     *
     * @throws Declination if it becomes longer than {@code most}
     */
    static String fill(String prompt, Arguments arguments, int most) {
        StringBuilder filled = new StringBuilder();
        boolean taken = false;
        Matcher place = PLACE.matcher(prompt);
        int from = 0;
        while (place.find()) {
            String name = place.group();
            taken |= name.equals("$ARGUMENTS") || Character.isDigit(name.charAt(1));
            append(filled, prompt, from, place.start());
            append(filled, value(name, arguments), most);
            from = place.end();
        }
        append(filled, prompt, from, prompt.length());
        if (!taken && !arguments.words().isEmpty()) {
            append(filled, "\n\nArguments: " + arguments.from(0), most);
        }
        String text = filled.toString().strip();
        if (text.isEmpty() || text.length() > most) {
            throw new Declination(
                    "the prompt must have 1 to " + most + " characters with its arguments, not " + text.length());
        }
        return text;
    }

    private static void append(StringBuilder to, String text, int from, int end) {
        to.append(text, from, end);
    }

    private static void append(StringBuilder to, String text, int most) {
        // A prompt may name the same long argument often; one character too many is enough to decline it.
        if (to.length() <= most) {
            to.append(text, 0, Math.min(text.length(), most + 1));
        }
    }

    private static String value(String place, Arguments arguments) {
        if (place.equals("$$")) {
            return "$";
        } else if (place.equals("$ARGUMENTS")) {
            return arguments.from(0);
        } else if (Character.isDigit(place.charAt(1))) {
            return arguments.word(place.charAt(1) - '1').orElse("");
        }
        return arguments.flag(place.substring(2, place.length() - 1)).orElse("");
    }
}
