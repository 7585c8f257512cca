// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The configuration, checked. Immutable.
 *
 * @param url of the database, {@code jdbc:postgresql://…}; several hosts if one may take the place of another
 * @param user who connects
 * @param password of the user, or empty
 * @param schema in which the tables are; made if it is not there and the user may
 * @param directory what is this server's alone lives here: its name and the lock; absolute
 * @param shared what is not in the database lives here: kept plugins, payloads, tokens; absolute, perhaps the same
 * @param shards how many shards the log is laid out for; fixed when the schema is made
 * @param maxPendingBytes how many bytes of appends may wait for the writer before further ones are rejected
 * @param lease how long a server that is not heard of keeps the shards; one that cannot renew them stops after that time
 * @param answer how long the database may take to answer before the connection counts as broken
 * @param connections how many connections read and search at once, besides three that write
 * @param maxReadMillis how long one search of the projection may take
 */
record Settings(
        String url,
        String user,
        String password,
        String schema,
        Path directory,
        Path shared,
        int shards,
        long maxPendingBytes,
        Duration lease,
        Duration answer,
        int connections,
        int maxReadMillis) {
    static final int MAX_SHARDS = 256;
    private static final String SCHEME = "jdbc:postgresql:";
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    Settings {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("url must begin with " + SCHEME + "//");
        }
        if (!NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException(
                    "schema must be 1 to 63 small letters, digits or underscores, not a digit first");
        }
        require("shards", shards, 1, MAX_SHARDS);
        require("max.pending.bytes", maxPendingBytes, 1, Long.MAX_VALUE);
        require("lease.millis", lease.toMillis(), 1_000, 600_000);
        require("answer.millis", answer.toMillis(), 100, lease.toMillis());
        require("connections", connections, 1, 100);
        require("max.read.millis", maxReadMillis, 1, Integer.MAX_VALUE);
        directory = directory.toAbsolutePath().normalize();
        shared = shared.toAbsolutePath().normalize();
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be "
                    + (most == Long.MAX_VALUE ? "at least " + least : least + " to " + most));
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return url + " as " + user + ", schema " + schema;
    }
}
