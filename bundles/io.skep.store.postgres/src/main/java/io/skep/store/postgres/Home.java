// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.StoreException;
import io.skep.store.base.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/**
 * The directory of this server, locked against a second one: here it keeps its name, so that after a crash it takes its
 * own shards back at once, and the name of the store it belongs to, so that it is not pointed at another one by mistake.
 */
final class Home implements AutoCloseable {
    private static final String SERVER = "server.id";
    private static final String STORE = "store.id";

    private final Path directory;
    private final DirectoryLock lock;
    private final String id;

    /**
     * Locks the directory, which is made if need be.
     *
     * @throws StoreException if it is in use or not to be used
     */
    Home(Path directory) {
        this.directory = directory;
        lock = DirectoryLock.take(directory);
        boolean complete = false;
        try {
            id = kept(directory, SERVER, UUID.randomUUID().toString());
            complete = true;
        } catch (IOException e) {
            throw unusable(directory, e);
        } finally {
            if (!complete) {
                lock.close();
            }
        }
    }

    private static String kept(Path within, String name, String otherwise) throws IOException {
        Path file = within.resolve(name);
        if (!Files.exists(file)) {
            Path whole = Files.writeString(within.resolve(name + ".new"), otherwise);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    /** What names this server among those of its store. */
    String id() {
        return id;
    }

    /**
     * Keeps the name of the store at the first time, and compares it later.
     *
     * @throws StoreException if it is another store
     */
    void belongTo(String store, Settings settings) {
        belong(directory, store, settings);
        Path shared = settings.shared();
        try {
            if (!Files.isDirectory(shared)) {
                Files.createDirectories(shared);
                Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw unusable(shared, e);
        }
        belong(shared, store, settings);
    }

    private static void belong(Path within, String store, Settings settings) {
        try {
            if (!kept(within, STORE, store).equals(store)) {
                throw new StoreException("The directory " + within + " belongs to another store than " + settings
                        + "; configure the right one of both, or a directory of its own");
            }
        } catch (IOException e) {
            throw unusable(within, e);
        }
    }

    private static StoreException unusable(Path within, IOException e) {
        return new StoreException("The directory " + within + " cannot be used: " + e, e);
    }

    @Override
    public void close() {
        lock.close();
    }
}
