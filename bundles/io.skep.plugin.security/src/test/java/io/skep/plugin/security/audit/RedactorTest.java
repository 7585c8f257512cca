// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class RedactorTest {
    private final Redactor redactor = new Redactor();

    /**
     * The corpus: each line is {@code SHAPE|TEXT} with the secret between double angle brackets. {@code \n} is a line feed,
     * and {@code ~N} stands for N characters of a fixed random text, so that no file has what looks like a live secret.
     */
    private static List<String> corpus() throws IOException {
        try (InputStream in = RedactorTest.class.getResourceAsStream("secrets.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(RedactorTest::filled)
                    .toList();
        }
    }

    private static String filled(String line) {
        Random random = new Random(line.hashCode());
        StringBuilder text = new StringBuilder();
        java.util.regex.Matcher blank =
                java.util.regex.Pattern.compile("~([hUd]?)([0-9]+)~").matcher(line);
        while (blank.find()) {
            String alphabet = switch (blank.group(1)) {
                case "h" -> "0123456789abcdef";
                case "U" -> "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
                case "d" -> "0123456789";
                default -> "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
            };
            StringBuilder filling = new StringBuilder();
            for (int i = Integer.parseInt(blank.group(2)); i > 0; i--) {
                filling.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            blank.appendReplacement(text, filling.toString());
        }
        return blank.appendTail(text).toString().replace("\\n", "\n");
    }

    @Test
    void everySecretOfTheCorpus_isTakenOut_andTheRestStays() throws IOException {
        List<String> corpus = corpus();
        assertThat(corpus).hasSizeGreaterThan(75);
        for (String line : corpus) {
            String shape = line.substring(0, line.indexOf('|'));
            String text = line.substring(line.indexOf('|') + 1);
            String secret = text.substring(text.indexOf("<<") + 2, text.indexOf(">>"));
            String before = text.substring(0, text.indexOf("<<"));
            String after = text.substring(text.indexOf(">>") + 2);
            assertThat(redactor.clean(before + secret + after))
                    .as(text)
                    .isEqualTo(before + "[redacted:" + shape + ']' + after);
        }
    }

    @Test
    void ordinaryTexts_stayAsTheyAre() {
        for (String text : List.of(
                "task 018f3a2c-77aa-7d1e-9c3b-1f2e3d4c5b6a was assigned to agent coder-7",
                "https://example.com/path?query=1&page=2",
                "ssh://git@example.com:22/repository",
                "http://[2001:db8::1]:8080/x@y",
                "the token bucket of the tenant is empty",
                "a bearer of bad news",
                "password",
                "basic idea",
                "GET /api/v1/tasks?wait=30s",
                "sha256:832738cfb732ac79a2aab685d562cca383667e674a93834c8766451d4b64c6cd",
                "no secret here: nothing",
                "ticket-sk-1 and task-a",
                "keyboard: qwerty",
                "eyJ is how they begin",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "short")) {
            assertThat(redactor.clean(text)).isSameAs(text);
        }
    }

    @Test
    void fieldsNamedAsSecrets_loseTheirWholeValue() {
        for (String name : List.of(
                "password",
                "PASSWORD",
                "db.password",
                "client_secret",
                "api-key",
                "apiKey",
                "x-api-key",
                "access_token",
                "refresh_token",
                "AWS_SECRET_ACCESS_KEY",
                "private_key",
                "Authorization",
                "set-cookie",
                "passphrase")) {
            assertThat(redactor.clean(name, "a b")).as(name).isEqualTo("[redacted:named]");
        }
        assertThat(redactor.clean("password", "")).isEmpty();
        for (String name : List.of("reason", "tenant", "passed", "tokens_used", "secretary", "key", "author")) {
            assertThat(redactor.clean(name, "a b")).as(name).isEqualTo("a b");
        }
    }

    @Test
    void severalSecretsInOneText_areAllTakenOut_once() {
        String first = filled("ghp_~36~");
        String second = filled("AKIA~U16~");
        String text = "a " + first + " b " + second + " c password=\"x y\" d " + first;
        assertThat(redactor.clean(text))
                .isEqualTo("a [redacted:github-token] b [redacted:aws-key] c password=[redacted:named] d"
                        + " [redacted:github-token]");
        assertThat(redactor.clean(redactor.clean(text))).isEqualTo(redactor.clean(text));
    }

    @Test
    void hostileTexts_takeLinearTime() {
        for (String part :
                List.of("eyJ", "://a:", "password", "-----BEGIN PRIVATE KEY", "token ", "a.", "=\"", ":AA")) {
            String text = part.repeat(1_000_000 / part.length());
            Assertions.assertTimeout(Duration.ofMinutes(2), () -> redactor.clean(text));
        }
    }
}
