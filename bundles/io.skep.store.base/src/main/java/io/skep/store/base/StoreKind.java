// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Which of the stores serves: {@code kind} in the configuration {@value #PID}. */
public enum StoreKind {
    /** The embedded store, which is the default. */
    SQLITE,
    /** The store in a PostgreSQL database. */
    POSTGRES;

    /** The configuration that names the kind. */
    public static final String PID = "io.skep.store";

    /** Whether a component's configuration chooses this kind. One that names neither chooses none. */
    public boolean isChosen(Map<String, ?> configuration) {
        Object kind = configuration.get("kind");
        return kind == null
                ? this == SQLITE
                : String.valueOf(kind).strip().toLowerCase(Locale.ROOT).equals(name().toLowerCase(Locale.ROOT));
    }

    /** Whether a configuration names a kind that there is, or none. */
    public static boolean isKnown(Map<String, ?> configuration) {
        return SQLITE.isChosen(configuration) || POSTGRES.isChosen(configuration);
    }

    /**
     * Where a store keeps its files unless something else is configured.
     *
     * @param property looks a system property up, null if absent
     */
    public static Path directory(UnaryOperator<String> property) {
        String store = property.apply("skep.store");
        if (store != null && !store.isBlank()) {
            return Path.of(store);
        }
        String karaf = property.apply("karaf.base");
        return karaf != null && !karaf.isBlank() ? Path.of(karaf, "store") : Path.of("store");
    }
}
