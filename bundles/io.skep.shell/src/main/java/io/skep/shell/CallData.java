// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The input of a call as it is typed: one JSON text, or words of the form {@code key=value} that become an object.
 * Numbers, true, false and null stand for themselves; every other value is a string.
 */
final class CallData {
    private static final Pattern PAIR = Pattern.compile("([A-Za-z_][A-Za-z0-9_-]*)=(.*)", Pattern.DOTALL);
    private static final Pattern LITERAL =
            Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private CallData() {}

    static String json(List<String> words) throws CommandFailed {
        if (words.isEmpty()) {
            return "{}";
        } else if (words.size() == 1 && !PAIR.matcher(words.get(0)).matches()) {
            return words.get(0);
        }
        Map<String, String> members = new LinkedHashMap<>();
        for (String word : words) {
            Matcher pair = PAIR.matcher(word);
            if (!pair.matches()) {
                throw new CommandFailed("\"" + word + "\" is not key=value; JSON is one word, in single quotes");
            } else if (members.put(pair.group(1), value(pair.group(2))) != null) {
                throw new CommandFailed(pair.group(1) + " is there twice");
            }
        }
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(String text) {
        return LITERAL.matcher(text).matches() ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
