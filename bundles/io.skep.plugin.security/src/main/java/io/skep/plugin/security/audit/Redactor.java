// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Takes secrets of known shapes out of texts: private keys, tokens with the prefix of their issuer, JSON web tokens,
 * passwords in URLs, authorization headers, and what follows the name of a secret. Each becomes {@code [redacted:SHAPE]}.
 * A secret without shape or name in free text is not found. The shapes are in {@code secret-shapes.txt} beside this class;
 * their patterns run in linear time. Immutable and thread-safe.
 */
final class Redactor {
    /** Nothing shorter is looked at: a password alone has no shape. */
    private static final int SHORTEST = 8;

    private static final String NAMED = "(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|"
            + "(?:api|access|account|auth|client|encryption|master|private|secret|shared|signing|ssh)[_.-]?"
            + "(?:access[_.-]?)?(?:key|secret|token)|x-api-key|sig|signature)";

    private static final Pattern NAME = Pattern.compile("(?i)(?:.*[_.-])?(?:authorization|cookie|" + NAMED + ")");

    /** One of these is in every name that {@link #NAME} matches. */
    private static final Signs NAME_SIGNS =
            new Signs(List.of(List.of("pass", "pwd", "secret", "token", "credential", "key", "sig", "auth", "cookie")));

    private static final List<Shape> SHAPES = shapes();
    private static final Signs SIGNS =
            new Signs(SHAPES.stream().map(Shape::signs).toList());

    /**
     * A shape.
     *
     * @param name in its place
     * @param signs one of which is in every text that has it
     * @param pattern of it
     * @param hasPart whether only the group {@code s} of it is the secret
     */
    private record Shape(String name, List<String> signs, Pattern pattern, boolean hasPart) {
        static Shape parse(String line) {
            String[] parts = line.split(" ", 3);
            Pattern pattern = Pattern.compile(parts[2].replace("{NAMED}", NAMED));
            return new Shape(
                    parts[0],
                    List.of(parts[1].split(",")),
                    pattern,
                    pattern.namedGroups().containsKey("s"));
        }
    }

    private static List<Shape> shapes() {
        try (InputStream in = Redactor.class.getResourceAsStream("secret-shapes.txt")) {
            if (in == null) {
                throw new IllegalStateException("secret-shapes.txt is missing from the bundle");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Shape::parse)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The text without secrets; the same object if there were none. */
    String clean(String text) {
        if (text.length() < SHORTEST) {
            return text;
        }
        String clean = text;
        for (long found = SIGNS.in(text); found != 0; found &= found - 1) {
            clean = without(SHAPES.get(Long.numberOfTrailingZeros(found)), clean);
        }
        return clean;
    }

    /** The value of a named field; nothing of it stays if the name is one of a secret. */
    String clean(String name, String value) {
        boolean named = name.length() > 1 && NAME_SIGNS.in(name) != 0 && NAME.matches(name);
        return named && !value.isEmpty() ? mark("named") : clean(value);
    }

    private static String without(Shape shape, String text) {
        Matcher matcher = shape.pattern().matcher(text);
        if (!matcher.find()) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int copied = 0;
        do {
            int start = shape.hasPart() ? matcher.start("s") : matcher.start();
            int end = shape.hasPart() ? matcher.end("s") : matcher.end();
            // What another shape has marked is no secret any more.
            if (!text.startsWith("[redacted:", start)) {
                out.append(text, copied, start).append(mark(shape.name()));
                copied = end;
            }
        } while (matcher.find());
        return out.append(text, copied, text.length()).toString();
    }

    private static String mark(String shape) {
        return "[redacted:" + shape + ']';
    }
}
