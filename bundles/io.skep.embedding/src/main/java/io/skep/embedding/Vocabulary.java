// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pieces of words that the model knows, with their numbers. Immutable, thread-safe. */
final class Vocabulary {
    /** The file of all networks: they were made from the same BERT. */
    static final String FILE = "/all-minilm-l6-v2-q-tokenizer.json";

    /** A name and a number; all other values of the file's vocabulary would be a mistake. */
    private static final Pattern ENTRY = Pattern.compile("\\G\\s*,?\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"\\s*:\\s*(\\d+)");

    private static final Pattern HEAD = Pattern.compile("\"vocab\"\\s*:\\s*\\{");
    private static final String CONTINUED = "##";

    private final Map<String, Integer> words;
    private final Map<String, Integer> continuations;
    private final int begin;
    private final int end;
    private final int unknown;

    private Vocabulary(Map<String, Integer> pieces) throws IOException {
        words = new HashMap<>(pieces.size() * 2);
        continuations = new HashMap<>();
        pieces.forEach((piece, id) -> {
            if (piece.startsWith(CONTINUED) && piece.length() > CONTINUED.length()) {
                continuations.put(piece.substring(CONTINUED.length()), id);
            }
            words.put(piece, id);
        });
        begin = required("[CLS]");
        end = required("[SEP]");
        unknown = required("[UNK]");
    }

    /**
     * Reads the vocabulary out of a {@code tokenizer.json}.
     *
     * @throws IOException if it cannot be read or has none
     */
    static Vocabulary of(InputStream json) throws IOException {
        String text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
        Matcher head = HEAD.matcher(text);
        if (!head.find()) {
            throw new IOException("the tokenizer has no vocabulary");
        }
        Map<String, Integer> pieces = new HashMap<>();
        Matcher entry = ENTRY.matcher(text).region(head.end(), text.length());
        int at = head.end();
        while (entry.find()) {
            pieces.put(unescaped(entry.group(1)), Integer.valueOf(entry.group(2)));
            at = entry.end();
        }
        if (!text.substring(at).stripLeading().startsWith("}")) {
            throw new IOException("the tokenizer's vocabulary is not as expected after " + pieces.size() + " pieces");
        }
        return new Vocabulary(pieces);
    }

    /** How many there are. */
    int size() {
        return words.size();
    }

    /** The number of the piece in a word, or -1; one that does not begin it is another piece than one that does. */
    int find(String word, int from, int to) {
        return (from == 0 ? words : continuations).getOrDefault(word.substring(from, to), -1);
    }

    /** What stands before every text. */
    int begin() {
        return begin;
    }

    /** What stands after every text. */
    int end() {
        return end;
    }

    /** What stands for a word that cannot be cut into known pieces. */
    int unknown() {
        return unknown;
    }

    private int required(String piece) throws IOException {
        Integer id = words.get(piece);
        if (id == null) {
            throw new IOException("the tokenizer's vocabulary has no " + piece);
        }
        return id;
    }

    private static String unescaped(String json) {
        if (json.indexOf('\\') < 0) {
            return json;
        }
        StringBuilder plain = new StringBuilder();
        for (int at = 0; at < json.length(); at++) {
            char c = json.charAt(at);
            if (c != '\\') {
                plain.append(c);
            } else if (json.charAt(++at) == 'u') {
                plain.append((char) Integer.parseInt(json, at + 1, at + 5, 16));
                at += 4;
            } else {
                plain.append(escape(json.charAt(at)));
            }
        }
        return plain.toString();
    }

    private static char escape(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> c;
        };
    }
}
