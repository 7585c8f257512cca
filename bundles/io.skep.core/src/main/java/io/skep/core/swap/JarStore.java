// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jars of plugins, kept beside the store under their SHA-256, so that each version can be installed again. */
final class JarStore {
    private static final Logger LOG = LoggerFactory.getLogger(JarStore.class);
    private static final String SUFFIX = ".jar";

    private final Path directory;

    /** {@code directory} is made when it is needed. */
    JarStore(Path directory) {
        this.directory = directory;
    }

    /** Writes a jar. */
    interface Writer {
        void write(Path file) throws IOException;
    }

    /** Keeps a copy of a jar that had that hash when it was checked; durable on return. */
    Path keep(Path jar, String sha256) throws IOException {
        Path kept = path(sha256);
        if (!Files.exists(kept)) {
            keep(part -> {
                Files.copy(jar, part, StandardCopyOption.REPLACE_EXISTING);
                if (!sha256(part).equals(sha256)) {
                    throw new IOException("it has changed since it was checked");
                }
            });
        }
        return kept;
    }

    /** Keeps what is written, and answers its hash; durable on return. */
    String keep(Writer jar) throws IOException {
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, "incoming", ".part");
        try {
            jar.write(part);
            String sha256 = sha256(part);
            settle(part, path(sha256));
            return sha256;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void settle(Path part, Path kept) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Where the jar of that hash is. */
    Path path(String sha256) {
        return directory.resolve(sha256 + SUFFIX);
    }

    /** Whether there is one. */
    boolean has(String sha256) {
        return !sha256.isEmpty() && Files.exists(path(sha256));
    }

    /** Drops jars that nobody wants any more. */
    void drop(Set<String> unwanted) {
        for (String sha256 : unwanted) {
            try {
                Files.deleteIfExists(path(sha256));
            } catch (IOException e) {
                LOG.warn("{} is not wanted any more and cannot be deleted: {}", path(sha256), e.getMessage());
            }
        }
    }

    /** Drops every jar whose hash is not among these, and what never arrived. */
    void retain(Set<String> wanted) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith(SUFFIX) || !wanted.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The hash of a file in hexadecimal. */
    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 << 10];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
