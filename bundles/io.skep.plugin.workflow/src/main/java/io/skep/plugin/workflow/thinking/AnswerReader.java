// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.payload.Payload;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a participant answered: an object with {@code points}, {@code risks} and {@code plan}, the text of such an
 * object, or plain text, of which each sentence is a point unless it begins with {@code Risk:} or {@code Plan:}. Anything
 * else cannot be used, and says why.
 */
final class AnswerReader {
    /** Statements of one answer; what comes after them is not read. */
    static final int MAX_STATEMENTS = 24;

    static final int MAX_TEXT = 300;
    private static final int MIN_WORDS = 2;
    private static final int MOST_READ = 65_536;
    private static final String CODE = "```";
    private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?])\\s+|\\n+");
    private static final Pattern BULLET = Pattern.compile("^(?:[-*\u2022#>]+|\\d{1,3}[.)])\\s+");
    private static final Pattern LABEL = Pattern.compile("(?i)^(risks?|plan|step|points?)(?: \\d{1,3})?\\s*:\\s*");

    private final Codec codec;

    /** What an answer says; {@code unusable} is why it says nothing, or null. */
    record Read(List<Statement> statements, @Nullable String unusable) {
        static Read unusable(String why) {
            return new Read(List.of(), why);
        }
    }

    AnswerReader(Codec codec) {
        this.codec = codec;
    }

    Read read(@Nullable String result, Insights.Source source) {
        if (result == null || result.isBlank()) {
            return Read.unusable("it is empty");
        }
        if (Payload.referred(result).isPresent()) {
            return Read.unusable("it is kept as a file, and only answers that are not are looked at");
        }
        JsonNode tree = tree(result);
        if (tree != null && tree.isTextual()) {
            String text = unfenced(tree.textValue());
            JsonNode within = text.startsWith("{") ? tree(text) : null;
            return within == null ? prose(text, source) : object(within, source);
        }
        return tree == null ? Read.unusable("it is not JSON") : object(tree, source);
    }

    private @Nullable JsonNode tree(String text) {
        try {
            return codec.tree("the answer", text);
        } catch (Declination nonsense) {
            return null;
        }
    }

    /** Models like to put JSON into a block of code. */
    private static String unfenced(String text) {
        String plain = text.strip();
        int line = plain.indexOf('\n');
        if (plain.startsWith(CODE) && plain.endsWith(CODE) && line > 0 && line < plain.length() - CODE.length()) {
            return plain.substring(line, plain.length() - CODE.length()).strip();
        }
        return plain;
    }

    private static Read object(JsonNode tree, Insights.Source source) {
        if (!tree.isObject()) {
            return Read.unusable("it is no object with points, risks or a plan");
        }
        List<Statement> statements = new ArrayList<>();
        for (Statement.Kind kind : Statement.Kind.values()) {
            JsonNode list = tree.path(kind.field());
            int size = list.isArray() ? list.size() : list.isTextual() ? 1 : 0;
            for (int i = 0; i < size && statements.size() < MAX_STATEMENTS; i++) {
                JsonNode entry = list.isArray() ? list.get(i) : list;
                Statement statement = statement(kind, entry, place(i, size), source);
                if (statement != null) {
                    statements.add(statement);
                }
            }
        }
        return statements.isEmpty()
                ? Read.unusable("it says no point, risk or plan in words")
                : new Read(statements, null);
    }

    private static @Nullable Statement statement(
            Statement.Kind kind, JsonNode entry, double place, Insights.Source source) {
        String text =
                text(entry.isTextual() ? entry.textValue() : entry.path("text").asText(""));
        if (text == null) {
            return null;
        }
        JsonNode confidence = entry.path("confidence");
        double sure = confidence.isNumber() ? confidence.doubleValue() : -1;
        boolean against =
                entry.path("stance").asText("").toLowerCase(Locale.ROOT).equals("against");
        return new Statement(kind, text, sure >= 0 && sure <= 1 ? sure : null, against, place, source);
    }

    private static Read prose(String text, Insights.Source source) {
        String[] sentences = SENTENCE.split(text.substring(0, Math.min(text.length(), MOST_READ)));
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < sentences.length && statements.size() < MAX_STATEMENTS; i++) {
            String sentence = BULLET.matcher(sentences[i].strip()).replaceFirst("");
            Matcher label = LABEL.matcher(sentence);
            Statement.Kind kind = label.lookingAt() ? kind(label.group(1)) : Statement.Kind.POINT;
            String said = text(label.lookingAt() ? sentence.substring(label.end()) : sentence);
            if (said != null) {
                statements.add(new Statement(kind, said, null, false, place(i, sentences.length), source));
            }
        }
        return statements.isEmpty() ? Read.unusable("it says nothing in words") : new Read(statements, null);
    }

    private static Statement.Kind kind(String label) {
        return switch (label.toLowerCase(Locale.ROOT).charAt(0)) {
            case 'r' -> Statement.Kind.RISK;
            case 's' -> Statement.Kind.PLAN;
            default -> label.toLowerCase(Locale.ROOT).equals("plan") ? Statement.Kind.PLAN : Statement.Kind.POINT;
        };
    }

    private static double place(int at, int of) {
        return of < 2 ? 0 : (double) at / (of - 1);
    }

    /** In one line and not too long; null if it is hardly words. */
    private static @Nullable String text(String said) {
        String line = said.substring(0, Math.min(said.length(), MAX_TEXT * 4))
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029\\s]+", " ")
                .strip();
        long letters = line.codePoints().filter(Character::isLetter).count();
        boolean isWords = letters * 2 >= line.length() && letters > MIN_WORDS;
        if (!isWords
                || (Terms.words(line).size() < MIN_WORDS && line.codePoints().allMatch(c -> c < 0x2E80))) {
            return null;
        }
        if (line.length() <= MAX_TEXT) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_TEXT - 2)) ? MAX_TEXT - 2 : MAX_TEXT - 1;
        return line.substring(0, end) + '\u2026';
    }
}
