// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A secret as it is given to its holder: {@code PREFIX_ID_SECRETCHECK}. The secret is 256 random bits in base 62, 43
 * characters; the check is the CRC-32 of all before it, 6 more, so that a scanner of source code can tell a leaked key from
 * a text that looks like one without asking anybody, and a mistyped one costs no look-up.
 *
 * @param prefix says what it is for: {@value #API_KEY} or {@value #CLIENT_SECRET}
 * @param id names it; not secret
 * @param secret the secret part
 */
record KeyText(String prefix, String id, String secret) {
    static final String API_KEY = "skep";
    static final String CLIENT_SECRET = "skepsecret";

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final int SECRET_BITS = 256;
    private static final int SECRET_DIGITS = 43;
    private static final int CHECK_DIGITS = 6;
    private static final int ID_BITS = 80;
    private static final int ID_DIGITS = 16;
    private static final int ID_RADIX = 32;
    private static final Pattern FORM =
            Pattern.compile("((skep|skepsecret)_([a-z0-9]{1,32})_([0-9A-Za-z]{43}))([0-9A-Za-z]{6})");
    private static final int MAX = 128;

    /** A new one with this id. */
    static KeyText random(String prefix, String id, SecureRandom random) {
        return new KeyText(prefix, id, digits(new BigInteger(SECRET_BITS, random), SECRET_DIGITS));
    }

    /** A new id: 80 random bits. */
    static String randomId(SecureRandom random) {
        String digits = new BigInteger(ID_BITS, random).toString(ID_RADIX);
        return "0".repeat(ID_DIGITS - digits.length()) + digits;
    }

    /** What a text says; empty if it is none, or its check does not fit. */
    static Optional<KeyText> parse(String text) {
        Matcher form = FORM.matcher(text.length() > MAX ? "" : text);
        if (!form.matches()) {
            return Optional.empty();
        }
        return number(form.group(5)) == check(form.group(1))
                ? Optional.of(new KeyText(form.group(2), form.group(3), form.group(4)))
                : Optional.empty();
    }

    /** As its holder gets it. */
    String text() {
        String body = prefix + "_" + id + "_" + secret;
        return body + digits(BigInteger.valueOf(check(body)), CHECK_DIGITS);
    }

    private static long check(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }

    private static long number(String digits) {
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            number = number * DIGITS.length() + DIGITS.indexOf(digits.charAt(i));
        }
        return number;
    }

    private static String digits(BigInteger number, int count) {
        StringBuilder digits = new StringBuilder();
        BigInteger rest = number;
        for (int i = 0; i < count; i++) {
            BigInteger[] split = rest.divideAndRemainder(BASE);
            digits.append(DIGITS.charAt(split[1].intValue()));
            rest = split[0];
        }
        return digits.reverse().toString();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return prefix + "_" + id + "_…";
    }
}
