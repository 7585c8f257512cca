// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentException;

/**
 * The configuration of a listener. Immutable.
 *
 * @param host name or address to listen on
 * @param port to listen on; 0 for no listener
 * @param certificate file of the certificate and its chain
 * @param key file of its key
 * @param clientCa file of the clients' authorities, or null if clients need no certificate
 * @param oldestProtocol that is spoken
 * @param look how often the files are looked at
 * @param idle how long a connection may be silent
 * @param maxConnections that are open at once; more wait to be accepted
 */
record TlsSettings(
        String host,
        int port,
        Path certificate,
        Path key,
        @Nullable Path clientCa,
        String oldestProtocol,
        Duration look,
        Duration idle,
        int maxConnections) {
    static final String HOST = "127.0.0.1";
    static final String TLS_1_2 = "TLSv1.2";
    static final String TLS_1_3 = "TLSv1.3";
    static final int LOOK_MILLIS = 1000;
    static final int IDLE_MILLIS = 60_000;
    static final int MAX_CONNECTIONS = 20_000;

    static final TlsSettings OFF = new TlsSettings(
            HOST,
            0,
            Path.of(""),
            Path.of(""),
            null,
            TLS_1_2,
            Duration.ofMillis(LOOK_MILLIS),
            Duration.ofMillis(IDLE_MILLIS),
            MAX_CONNECTIONS);

    boolean isOn() {
        return port != 0;
    }

    /** Protocols that are spoken. */
    String[] protocols() {
        return oldestProtocol.equals(TLS_1_3) ? new String[] {TLS_1_3} : new String[] {TLS_1_2, TLS_1_3};
    }

    /** What is configured as text. */
    record Texts(String host, String certificate, String key, String clientCa, String oldestProtocol) {}

    /** What is configured as numbers; one that is none throws when it is asked for. */
    record Numbers(IntSupplier port, IntSupplier lookMillis, IntSupplier idleMillis, IntSupplier maxConnections) {}

    /**
     * The settings that the configuration says.
     *
     * @throws IllegalArgumentException naming every property that is wrong
     */
    static TlsSettings of(Texts texts, Numbers numbers) {
        List<String> wrong = new ArrayList<>();
        int port = number("port", numbers.port(), 0, 65_535, wrong);
        int look = number("look.millis", numbers.lookMillis(), 100, 3_600_000, wrong);
        int idle = number("idle.millis", numbers.idleMillis(), 1000, 600_000, wrong);
        int most = number("max.connections", numbers.maxConnections(), 1, 1_000_000, wrong);
        if (texts.host().isBlank()) {
            wrong.add("host is missing");
        }
        if (!List.of(TLS_1_2, TLS_1_3).contains(texts.oldestProtocol())) {
            wrong.add("oldest.protocol = " + texts.oldestProtocol() + " is neither TLSv1.2 nor TLSv1.3");
        }
        Path certificate = path("certificate", texts.certificate(), port != 0, wrong);
        Path key = path("key", texts.key(), port != 0, wrong);
        Path clientCa = path("client.ca", texts.clientCa(), false, wrong);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", wrong));
        }
        return new TlsSettings(
                texts.host(),
                port,
                certificate,
                key,
                texts.clientCa().isBlank() ? null : clientCa,
                texts.oldestProtocol(),
                Duration.ofMillis(look),
                Duration.ofMillis(idle),
                most);
    }

    private static Path path(String property, String text, boolean isRequired, List<String> wrong) {
        if (isRequired && text.isBlank()) {
            wrong.add(property + " is missing");
        }
        try {
            Path path = Path.of(text.strip());
            if (!text.isBlank() && !path.isAbsolute()) {
                wrong.add(property + " = " + path + " is no absolute path");
            }
            return path;
        } catch (InvalidPathException e) {
            wrong.add(property + " is not the name of a file");
            return Path.of("");
        }
    }

    private static int number(String property, IntSupplier value, int min, int max, List<String> wrong) {
        int number;
        try {
            number = value.getAsInt();
        } catch (ComponentException | NumberFormatException e) {
            wrong.add(property + " is not a whole number");
            return min;
        }
        if (number < min || number > max) {
            wrong.add(property + " = " + number + " is not within " + min + " and " + max);
        }
        return number;
    }
}
