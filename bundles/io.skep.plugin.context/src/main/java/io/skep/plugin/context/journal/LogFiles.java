// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.base.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Files and directories of sessions: what is made or removed here is so after a crash too. */
public final class LogFiles {
    private static final String LOG = ".log";
    private static final String MAKING = ".making-";

    private LogFiles() {}

    /** The newest file of a session: a rewritten one has a higher number. */
    static Path newest(Path directory) throws IOException {
        return named(directory, LOG).stream()
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new NoSuchFileException(directory.toString()));
    }

    /** The file that comes after that one. */
    static Path after(Path file) {
        String name = file.getFileName().toString();
        long number = Long.parseLong(name.substring(0, name.length() - LOG.length()));
        return file.resolveSibling(name(number + 1));
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "%010d%s", number, LOG);
    }

    static List<Path> named(Path directory, String end) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + end)) {
            files.forEach(found::add);
        }
        return found;
    }

    /** Makes the directory of a new session; false if there is one of that name. */
    public static boolean create(Path directory, Meta meta, Codec codec) throws IOException {
        return create(directory, meta, codec, null, 0);
    }

    /** The same, with the beginning of another one's file. */
    static boolean create(Path directory, Meta meta, Codec codec, @Nullable Path copied, long bytes)
            throws IOException {
        if (Files.exists(directory)) {
            return false;
        }
        Path parent = parent(directory);
        Path making = parent.resolve(MAKING + directory.getFileName());
        remove(making);
        Files.createDirectories(making);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        Frames.add(first, Frames.Type.META, true, codec.write(meta).getBytes(StandardCharsets.UTF_8));
        try (FileChannel out =
                FileChannel.open(making.resolve(name(1)), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (copied != null) {
                copy(copied, bytes, out);
            }
            ByteBuffer rest = ByteBuffer.wrap(first.toByteArray());
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        force(making);
        Files.move(making, directory, StandardCopyOption.ATOMIC_MOVE);
        force(parent);
        return true;
    }

    private static void copy(Path from, long bytes, FileChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            long done = 0;
            while (done < bytes) {
                long more = in.transferTo(done, bytes - done, out);
                if (more <= 0) {
                    throw new IOException(from + " is shorter than it was");
                }
                done += more;
            }
        }
    }

    /** Removes a session with all that is in its directory; whether there was one. */
    public static boolean erase(Path directory) throws IOException {
        Path gone = directory.resolveSibling(".erased-" + directory.getFileName() + '-' + System.nanoTime());
        try {
            Files.move(directory, gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException none) {
            return false;
        }
        force(parent(directory));
        remove(gone);
        return true;
    }

    /** The directories of sessions in one; what a crash has left half made or half removed goes. */
    public static List<Path> sessions(Path parent, boolean isTidied) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
            for (Path one : all) {
                if (!one.getFileName().toString().startsWith(".")) {
                    found.add(one);
                } else if (isTidied && Files.isDirectory(one)) {
                    remove(one);
                }
            }
        }
        return found;
    }

    /** Has a file say something, all of it or, after a crash, what it said before. */
    static void replace(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(parent(file));
    }

    static Path parent(Path of) throws IOException {
        Path parent = of.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(of + " is in no directory");
        }
        return parent;
    }

    /** So many bytes of a file. */
    static byte[] read(Path file, long from, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(channel, from, length).array();
        }
    }

    static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("the file is shorter than it was");
            }
        }
        return buffer.flip();
    }

    /** Makes what was created, renamed or removed in a directory durable. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path gone, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(gone);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
