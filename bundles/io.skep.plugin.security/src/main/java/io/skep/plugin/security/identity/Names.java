// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.text.Normalizer;

/**
 * Which texts may name somebody or something. Names are compared exactly, so a name that looks like another one but is not
 * (other composition, invisible characters, other case or script in a role) is refused, never folded.
 */
public final class Names {
    /** The longest name in UTF-16 units. */
    public static final int MAX = 256;

    private static final int MAX_TENANT = 64;
    private static final int MAX_GRANT = 128;

    private Names() {}

    /**
     * Whether it can be a subject, an owner, an issuer or an id: 1 to {@value #MAX} characters, composed (NFC), without
     * control, format, private or unassigned characters and lone surrogates, and with no space but U+0020, nor that at an end.
     */
    public static boolean isPlain(String name) {
        if (name.isEmpty() || name.length() > MAX || name.charAt(0) == ' ' || name.charAt(name.length() - 1) == ' ') {
            return false;
        }
        return name.codePoints().allMatch(Names::isPlain) && Normalizer.isNormalized(name, Normalizer.Form.NFC);
    }

    private static boolean isPlain(int point) {
        if (point == ' ') {
            return true;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** Whether it can be a role or a scope: what the policy can name, {@code [a-z0-9._:-]+}, at most 128 characters. */
    public static boolean isGrant(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_GRANT
                && name.chars().allMatch(c -> isLower(c) || isDigit(c) || c == '.' || c == '_' || c == ':' || c == '-');
    }

    /** Whether it can be a tenant: letters, digits, dot, underscore and hyphen of ASCII, at most 64, as in a task. */
    public static boolean isTenant(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_TENANT
                && name.chars()
                        .allMatch(c ->
                                isLower(c) || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '.' || c == '_' || c == '-');
    }

    private static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
