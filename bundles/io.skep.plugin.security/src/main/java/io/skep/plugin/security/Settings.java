// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.audit.AuditSettings;
import io.skep.plugin.security.identity.edge.CacheSettings;
import io.skep.plugin.security.identity.edge.IdentitySettings;
import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.plugin.security.identity.local.LocalSettings;
import io.skep.plugin.security.identity.token.KeySettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the configuration says. Immutable.
 *
 * @param identity of who comes in
 * @param audit limits of the log
 * @param place of the log
 */
record Settings(IdentitySettings identity, AuditSettings audit, Trail.Place place) {
    /** Two of these and a half second must fit into the time that a call may take, or a slow provider would look like a sick plugin. */
    private static final Duration FETCH = Duration.ofMillis(1200);

    private static final long TRACKED = 100_000;
    private static final int MAX_WITNESSES = 8;

    /** What {@link Config} says by default: our own identities alone. */
    static final Settings DEFAULT = new Settings(
            IdentitySettings.DEFAULT,
            AuditSettings.DEFAULT,
            place(directory("", "security"), directory("", "security").resolve("checkpoints"), List.of(), 100_000));

    /**
     * Reads the configuration.
     *
     * @param properties all of it, with those that have no place in {@code config}
     * @throws IllegalArgumentException that names what is wrong
     */
    static Settings read(Config config, Map<String, Object> properties) {
        Path directory = directory(config.directory(), "security");
        IssuerReader reader = new IssuerReader(properties);
        KeySettings d = KeySettings.DEFAULT;
        IdentitySettings identity = new IdentitySettings(
                reader.issuers(),
                new KeySettings(d.keep(), d.ahead(), d.between(), d.outage(), FETCH, d.maxBytes()),
                reader.introspection(),
                new CacheSettings(
                        CacheSettings.DEFAULT.maxTokenChars(), config.cached_tokens(), CacheSettings.DEFAULT.keep()),
                new LimitSettings(
                        config.caller_rate(),
                        config.caller_burst(),
                        config.address_rate(),
                        config.address_burst(),
                        TRACKED),
                lockout(config),
                local(config));
        Path checkpoints = config.checkpoints().isBlank()
                ? directory.resolve("checkpoints")
                : directory(config.checkpoints(), "checkpoints");
        return new Settings(
                identity,
                audit(config),
                place(directory, checkpoints, witnesses(config.witnesses()), config.max_persons()));
    }

    private static Trail.Place place(Path directory, Path checkpoints, List<Path> witnesses, int maxPersons) {
        return new Trail.Place(
                directory.resolve("audit"), checkpoints, witnesses, directory.resolve("keys"), maxPersons);
    }

    private static List<Path> witnesses(String text) {
        List<Path> places = Stream.of(text.split(",", -1))
                .filter(place -> !place.isBlank())
                .map(place -> directory(place, "witness"))
                .distinct()
                .toList();
        if (places.size() > MAX_WITNESSES) {
            throw new IllegalArgumentException("witnesses are " + MAX_WITNESSES + " directories at most");
        }
        return places;
    }

    private static LockoutSettings lockout(Config config) {
        LockoutSettings d = LockoutSettings.DEFAULT;
        Duration longest = Duration.ofSeconds(config.lockout_seconds());
        Duration forget = longest.compareTo(d.forget()) > 0 ? longest : d.forget();
        return new LockoutSettings(config.free_failures(), d.first(), longest, forget, TRACKED);
    }

    private static LocalSettings local(Config config) {
        LocalSettings d = LocalSettings.DEFAULT;
        return new LocalSettings(
                d.issuer(),
                d.audience(),
                Duration.ofMinutes(config.token_minutes()),
                d.keyLife(),
                d.publish(),
                d.maxClients(),
                d.maxApiKeys(),
                d.maxRevocations(),
                d.hash());
    }

    private static AuditSettings audit(Config config) {
        AuditSettings d = AuditSettings.DEFAULT;
        return new AuditSettings(
                d.pending(),
                d.batch(),
                d.segmentBytes(),
                d.segmentAge(),
                d.checkpointEvents(),
                d.checkpointAge(),
                d.valueCharacters(),
                d.facts(),
                d.page(),
                d.scan(),
                d.indexes(),
                Duration.ofDays(config.retention_days()),
                d.closing());
    }

    /** A directory below the server's unless absolute; an empty text is a folder of the store's directory. */
    private static Path directory(String text, String folder) {
        try {
            Path base = Path.of(System.getProperty("karaf.base", "."));
            if (!text.isBlank()) {
                return base.resolve(text.strip()).toAbsolutePath().normalize();
            }
            String store = System.getProperty("skep.store", "");
            return (store.isBlank() ? base.resolve("store") : Path.of(store))
                    .resolve(folder)
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("\"" + text + "\" is no path: " + wrong.getReason(), wrong);
        }
    }
}
