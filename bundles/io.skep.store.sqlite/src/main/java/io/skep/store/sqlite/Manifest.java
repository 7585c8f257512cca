// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreFiles.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.FrameworkUtil;

/**
 * {@code manifest} in a backup: every file of it with its length and hash, by which {@code ./skep restore} knows that it
 * is whole. A line each; the first tells the layout, the last how many files there are.
 */
final class Manifest {
    /**
     * The layout of a store. A greater one cannot be read by versions that know only this one, see {@code ./skep}. 2: the
     * projection has the time of each task's end.
     */
    static final int LAYOUT = 2;

    static final String NAME = "manifest";

    private Manifest() {}

    /** Writes it for everything that is there; on the disk on return. */
    static void write(Path directory, Progress progress) throws IOException {
        StringBuilder text = new StringBuilder("skep-backup " + LAYOUT + "\n");
        text.append("version ").append(version()).append('\n');
        text.append("made ")
                .append(Instant.now().truncatedTo(ChronoUnit.SECONDS))
                .append('\n');
        List<String> files = Backup.files(directory);
        long total = 0;
        for (String file : files) {
            total += Files.size(directory.resolve(file));
        }
        long done = 0;
        for (String file : files) {
            if (file.indexOf('\n') >= 0) {
                throw new IOException("a file's name has more than one line: " + file);
            }
            long size = Files.size(directory.resolve(file));
            String hash = sha256(directory.resolve(file), done, total, progress);
            done += size;
            text.append("file ")
                    .append(hash)
                    .append(' ')
                    .append(size)
                    .append(' ')
                    .append(file)
                    .append('\n');
        }
        text.append("end ").append(files.size()).append('\n');
        Files.writeString(directory.resolve(NAME), text, StandardCharsets.UTF_8);
        Backup.sync(directory.resolve(NAME), false);
        Backup.sync(directory, true);
    }

    private static String version() {
        return Optional.ofNullable(FrameworkUtil.getBundle(Manifest.class))
                .map(bundle -> bundle.getVersion().toString())
                .orElse("unknown");
    }

    private static String sha256(Path file, long before, long total, Progress progress) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 20];
            long done = before;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                done += read;
                progress.at("checksums", done, total);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
