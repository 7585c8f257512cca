// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A database file of ours: made whole or not at all, and looked at without being touched before it is opened for
 * writing.
 */
final class DatabaseFile {
    /** Up to this size a file is checked from end to end when it is opened: a few tenths of a second. */
    static final long SMALL_BYTES = 64L << 20;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int INCREMENTAL = 2;
    private static final int HEADER_BYTES = 100;
    private static final int PAGE_SIZE_AT = 16;
    private static final int CHANGE_COUNTER_AT = 24;
    private static final int PAGE_COUNT_AT = 28;
    private static final int USER_VERSION_AT = 60;
    private static final int APPLICATION_ID_AT = 68;
    private static final int VALID_FOR_AT = 92;

    /**
     * What a file is for.
     *
     * @param applicationId tells our files from others and from each other
     * @param version of the schema; a greater one is not ours to read
     * @param schema the statements that make it
     */
    record Format(int applicationId, int version, List<String> schema) {}

    /** A file that is not what it should be. The message names it. */
    static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1L;

        UnfitException(Path file, String why) {
            super(file + " " + why);
        }
    }

    private DatabaseFile() {}

    static Path wal(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    static Path shm(Path file) {
        return file.resolveSibling(file.getFileName() + "-shm");
    }

    /** Makes a file under another name and moves it to its place when it is complete. */
    static void create(Path file, Format format, List<String> contents) throws IOException, SQLException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.deleteIfExists(draft.resolveSibling(draft.getFileName() + "-journal"));
        Files.deleteIfExists(wal(draft));
        Files.deleteIfExists(shm(draft));
        try (Connection connection = Sql.open(draft, false)) {
            // Synced once, below, when it is complete.
            Sql.execute(connection, "PRAGMA synchronous = OFF");
            // Only now, before the first page is written, can it be chosen; without it no page ever goes back to the
            // disk.
            Sql.execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            Sql.execute(connection, "BEGIN");
            Sql.execute(connection, "PRAGMA application_id = " + format.applicationId());
            Sql.execute(connection, "PRAGMA user_version = " + format.version());
            for (String statement : format.schema()) {
                Sql.execute(connection, statement);
            }
            for (String statement : contents) {
                Sql.execute(connection, statement);
            }
            Sql.execute(connection, "COMMIT");
            Sql.execute(connection, "PRAGMA journal_mode = WAL");
        }
        sync(draft, StandardOpenOption.WRITE);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(file);
    }

    /** Makes what happened to a file's name durable. */
    static void syncDirectory(Path file) throws IOException {
        sync(file.resolveSibling("."), StandardOpenOption.READ);
    }

    /** What pages that are free within a file take. */
    static long freeBytes(Connection connection) throws SQLException {
        return Sql.number(connection, "PRAGMA freelist_count") * Sql.number(connection, "PRAGMA page_size");
    }

    /** Whether it was made by {@link #create}, and not by a version that could not give space back. */
    static boolean canShrink(Connection connection) throws SQLException {
        return Sql.number(connection, "PRAGMA auto_vacuum") == INCREMENTAL;
    }

    /** How large a file is, 0 if there is none. */
    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /** Looks at the first page only. Nothing of SQLite has the file open yet. */
    static void checkHeader(Path file, Format format) throws IOException, UnfitException {
        ByteBuffer header = header(file);
        for (byte expected : MAGIC) {
            if (!header.hasRemaining() || header.get() != expected) {
                throw new UnfitException(file, "is not an SQLite database");
            }
        }
        if (header.limit() < HEADER_BYTES) {
            throw new UnfitException(file, "is cut off");
        }
        if (header.getInt(APPLICATION_ID_AT) != format.applicationId()) {
            throw new UnfitException(file, "is a database of something else");
        }
        int version = header.getInt(USER_VERSION_AT);
        if (version > format.version()) {
            throw new UnfitException(
                    file,
                    "was written by a newer version of Skep (schema " + version + ", this one knows " + format.version()
                            + ")");
        }
        checkLength(file, header);
    }

    private static ByteBuffer header(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // until the header is there or the file ends
            }
        }
        return header.flip();
    }

    /** While there is a write-ahead log the page count may legitimately be ahead of the file: a checkpoint was cut. */
    private static void checkLength(Path file, ByteBuffer header) throws IOException, UnfitException {
        boolean countIsValid = header.getInt(CHANGE_COUNTER_AT) == header.getInt(VALID_FOR_AT);
        if (!countIsValid || hasWal(file)) {
            return;
        }
        int pageSize = Short.toUnsignedInt(header.getShort(PAGE_SIZE_AT));
        long expected = Integer.toUnsignedLong(header.getInt(PAGE_COUNT_AT)) * (pageSize == 1 ? 1 << 16 : pageSize);
        long actual = Files.size(file);
        if (actual < expected) {
            throw new UnfitException(file, "is cut off: " + actual + " of " + expected + " bytes are there");
        }
    }

    /** Whether transactions wait beside the file: it is in use, or was not closed. */
    static boolean hasWal(Path file) throws IOException {
        Path wal = wal(file);
        return Files.exists(wal) && Files.size(wal) > 0;
    }

    /**
     * Checks the structure of a small file. A large one would hold up the start for as long as it takes to read it, and
     * after a kill there is nothing to find: it is checked record by record when it is read.
     */
    static boolean checkStructure(Path file, Connection connection) throws IOException, SQLException, UnfitException {
        if (Files.size(file) > SMALL_BYTES) {
            return false;
        }
        String verdict = Sql.text(connection, "PRAGMA quick_check(1)");
        if (!verdict.equals("ok")) {
            throw new UnfitException(file, "is damaged: " + verdict);
        }
        return true;
    }
}
