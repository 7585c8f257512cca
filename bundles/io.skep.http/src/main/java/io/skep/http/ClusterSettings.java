// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentException;

/**
 * How this node works with others.
 *
 * @param url where they reach it, without a slash at the end; null if it works alone
 * @param secret that they share; empty if it works alone
 * @param trust file of the authorities that signed the others' certificates, in PEM; null for those of the Java
 * @param maxForwards how many calls may be handed on at once
 * @param maxParked how many calls may wait for a node that serves
 * @param park how long one may
 */
record ClusterSettings(
        @Nullable String url, byte[] secret, @Nullable Path trust, int maxForwards, int maxParked, Duration park) {
    static final int FORWARDS = 5_000;
    static final int PARKED = 2_000;
    static final int PARK_MILLIS = 15_000;
    static final ClusterSettings ALONE =
            new ClusterSettings(null, new byte[0], null, FORWARDS, PARKED, Duration.ofMillis(PARK_MILLIS));

    private static final int LEAST_SECRET = 32;
    private static final int MOST_SECRET = 4096;

    /** The texts of the configuration. */
    record Texts(String url, String secretFile, String trustFile) {}

    /** The numbers of the configuration, each of which may turn out to be none. */
    record Numbers(IntSupplier maxForwards, IntSupplier maxParked, IntSupplier parkMillis) {}

    /**
     * The settings that the configuration says.
     *
     * @throws IllegalArgumentException naming every property that is wrong
     */
    static ClusterSettings of(Texts texts, Numbers numbers) {
        List<String> wrong = new ArrayList<>();
        String url = texts.url().isBlank() ? null : url(texts.url().strip(), wrong);
        byte[] secret =
                texts.url().isBlank() ? new byte[0] : secret(texts.secretFile().strip(), wrong);
        Path trust =
                texts.trustFile().isBlank() ? null : Path.of(texts.trustFile().strip());
        if (trust != null && !Files.isReadable(trust)) {
            wrong.add("trust.file = " + trust + " cannot be read");
        }
        int forwards = number("max.forwards", numbers.maxForwards(), 1, 1_000_000, wrong);
        int parked = number("max.parked", numbers.maxParked(), 0, 1_000_000, wrong);
        int park = number("park.millis", numbers.parkMillis(), 0, 600_000, wrong);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", wrong));
        }
        return new ClusterSettings(url, secret, trust, forwards, parked, Duration.ofMillis(park));
    }

    private static @Nullable String url(String text, List<String> wrong) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare =
                    uri.getPath() != null && uri.getPath().replace("/", "").isEmpty() && uri.getQuery() == null;
            if (http && uri.getHost() != null && bare) {
                return uri.getScheme() + "://" + uri.getRawAuthority();
            }
        } catch (URISyntaxException e) {
            wrong.add("url = " + text + " is no URL");
            return null;
        }
        wrong.add("url = " + text + " is not http://HOST:PORT or https://HOST:PORT");
        return null;
    }

    private static byte[] secret(String file, List<String> wrong) {
        if (file.isEmpty()) {
            wrong.add("secret.file must be set where url is");
            return new byte[0];
        }
        try {
            String secret = Files.size(Path.of(file)) > MOST_SECRET
                    ? ""
                    : Files.readString(Path.of(file)).strip();
            if (secret.length() < LEAST_SECRET) {
                wrong.add(
                        "secret.file = " + file + " must hold " + LEAST_SECRET + " to " + MOST_SECRET + " characters");
            }
            return secret.getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            wrong.add("secret.file = " + file + " cannot be read");
            return new byte[0];
        }
    }

    private static int number(String property, IntSupplier value, int min, int max, List<String> wrong) {
        try {
            int number = value.getAsInt();
            if (number < min || number > max) {
                wrong.add(property + " = " + number + " is not within " + min + " and " + max);
            }
            return number;
        } catch (ComponentException | NumberFormatException e) {
            wrong.add(property + " is not a whole number");
            return min;
        }
    }

    /** Whether it works with others. */
    boolean isOn() {
        return url != null;
    }
}
