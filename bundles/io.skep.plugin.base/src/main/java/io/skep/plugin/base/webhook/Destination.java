// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.regex.Pattern;

/** Where plugins may send something: by HTTPS, or by plain HTTP to this machine, or, if that is configured, to any. */
public final class Destination {
    /** What {@link #of} says is wrong, after the name of what is. */
    public static final String RULE =
            " must be a URL of https, or of http to this machine (unless plain.http allows any), without a name and password";

    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1]|127(\\.\\d{1,3}){3}");

    private Destination() {}

    /**
     * The address that a text is.
     *
     * @param plain whether plain HTTP may leave this machine
     * @throws IllegalArgumentException if nothing may be sent there: {@code name} and {@link #RULE}
     */
    public static URI of(String name, String text, boolean plain) {
        try {
            URI uri = new URI(text.strip());
            if (isAllowed(uri, plain)) {
                return uri;
            }
        } catch (URISyntaxException none) {
            throw new IllegalArgumentException(name + RULE, none);
        }
        throw new IllegalArgumentException(name + RULE);
    }

    /** Whether something may be sent there. */
    public static boolean isAllowed(URI uri, boolean plain) {
        String host = uri.getHost();
        if (host == null || uri.getUserInfo() != null) {
            return false;
        }
        boolean isPlain = "http".equalsIgnoreCase(uri.getScheme());
        return "https".equalsIgnoreCase(uri.getScheme())
                || (isPlain
                        && (plain
                                || LOOPBACK.matcher(Objects.requireNonNull(host))
                                        .matches()));
    }
}
