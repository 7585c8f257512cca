// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.store.StoreException;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.FrameworkUtil;

/**
 * {@code manifest} in a backup or an export: every file of it with its length and hash, by which whoever takes it over
 * knows that it is whole. A line each; the first tells what it is and the layout, the last how many files there are.
 */
public final class Manifest {
    /** Its name in the directory. */
    public static final String NAME = "manifest";

    private static final String FILE = "file ";
    private static final int HASH = 64;

    private Manifest() {}

    /**
     * Writes it for everything that is there; on the disk on return.
     *
     * @param heading what it is and the layout
     */
    public static void write(Path directory, String heading, Progress progress) throws IOException {
        StringBuilder text = new StringBuilder(heading + "\n");
        text.append("version ").append(version()).append('\n');
        text.append("made ")
                .append(Instant.now().truncatedTo(ChronoUnit.SECONDS))
                .append('\n');
        List<String> files = Directories.files(directory);
        for (String file : files) {
            if (file.indexOf('\n') >= 0) {
                throw new IOException("a file's name has more than one line: " + file);
            }
        }
        lines(directory, files, progress).forEach(line -> text.append(line).append('\n'));
        text.append("end ").append(files.size()).append('\n');
        Files.writeString(directory.resolve(NAME), text, StandardCharsets.UTF_8);
        Directories.sync(directory.resolve(NAME), false);
        Directories.sync(directory, true);
    }

    private static List<String> lines(Path directory, List<String> files, Progress progress) throws IOException {
        long total = 0;
        for (String file : files) {
            total += Files.size(directory.resolve(file));
        }
        List<String> lines = new ArrayList<>();
        long done = 0;
        for (String file : files) {
            long size = Files.size(directory.resolve(file));
            String hash = sha256(directory.resolve(file), done, total, progress);
            done += size;
            lines.add(FILE + hash + " " + size + " " + file);
        }
        return lines;
    }

    /**
     * Checks that everything is there as it was written, and nothing else.
     *
     * @param heading what it must be, with the only layout that is understood
     * @throws StoreException if it is not; says what is wrong
     * @throws IOException if it cannot be read
     */
    public static void verify(Path directory, String heading, Progress progress) throws IOException {
        Path manifest = directory.resolve(NAME);
        if (!Files.isRegularFile(manifest)) {
            throw new StoreException(directory + " is not complete: it has no " + NAME);
        }
        List<String> noted = Files.readAllLines(manifest);
        if (noted.isEmpty() || !noted.get(0).equals(heading)) {
            throw new StoreException(manifest + " does not begin with \"" + heading + "\": it is something else, or of"
                    + " another version");
        }
        List<String> expected =
                noted.stream().filter(line -> line.startsWith(FILE)).toList();
        if (!noted.get(noted.size() - 1).equals("end " + expected.size())) {
            throw new StoreException(manifest + " is cut off");
        }
        List<String> files = Directories.files(directory).stream()
                .filter(file -> !file.equals(NAME))
                .toList();
        List<String> found = lines(directory, files, progress);
        Set<String> wrong = new TreeSet<>(names(expected, found));
        wrong.addAll(names(found, expected));
        if (!wrong.isEmpty()) {
            throw new StoreException(directory + " is not as it was made: "
                    + wrong.iterator().next() + (wrong.size() == 1 ? "" : " and " + (wrong.size() - 1) + " more")
                    + " differ from its " + NAME);
        }
    }

    /** Of the lines that are only in the first list. */
    private static List<String> names(List<String> these, List<String> withoutThose) {
        Set<String> those = new HashSet<>(withoutThose);
        return these.stream()
                .filter(line -> !those.contains(line))
                .map(line -> line.substring(line.indexOf(' ', FILE.length() + HASH + 1) + 1))
                .toList();
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
