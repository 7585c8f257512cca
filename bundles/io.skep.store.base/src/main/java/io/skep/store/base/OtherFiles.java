// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.store.StoreFiles.Progress;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * The files of other bundles in a store's directory: tokens, kept versions of plugins, sessions, payloads. Where a file's name is
 * the hash of its content it never changes, and a second name for it is as good as a copy if both are on one disk.
 */
public final class OtherFiles extends SimpleFileVisitor<Path> {
    /** What is only of the running server, or copied otherwise. */
    private static final Set<String> OURS =
            Set.of("lock", "out-of-memory", "server.id", "store.id", ExportReader.WAITING);

    /** So often at most; what vanishes all the time is what retention drops. */
    private static final int LOOKS = 3;

    private static final Set<String> UNCHANGING = Set.of("payloads", "plugins");

    private final Path from;
    private final Path to;
    private final Progress progress;
    private final boolean noneChanges;
    private long done;
    private boolean hasVanished;

    private OtherFiles(Path from, Path to, boolean noneChanges, Progress progress) {
        this.from = from;
        this.to = to;
        this.noneChanges = noneChanges;
        this.progress = progress;
    }

    /**
     * Copies them; a file that is there already stays as it is, and one that goes meanwhile is not missed. Whoever removes
     * it may have written it anew under another name, as the sessions of agents are: so all is looked through again then.
     */
    public static void copy(Path from, Path to, Progress progress) throws IOException {
        boolean hasVanished = true;
        for (int i = 0; hasVanished && i < LOOKS; i++) {
            OtherFiles look = new OtherFiles(from, to, false, progress);
            Files.walkFileTree(from, look);
            hasVanished = look.hasVanished;
        }
    }

    /** Copies files of which none ever changes. */
    static void copyUnchanging(Path from, Path to, Progress progress) throws IOException {
        Files.walkFileTree(from, new OtherFiles(from, to, true, progress));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        if (isLeftOut(from.relativize(directory))) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        Path there = to.resolve(from.relativize(directory));
        if (!directory.equals(from) && !Files.isDirectory(there)) {
            Files.setPosixFilePermissions(Files.createDirectory(there), Files.getPosixFilePermissions(directory));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile() || isLeftOut(from.relativize(file))) {
            return FileVisitResult.CONTINUE;
        }
        Path target = to.resolve(from.relativize(file));
        if (Files.exists(target)) {
            return FileVisitResult.CONTINUE;
        }
        try {
            if (!isUnchanging(file) || !link(file, target)) {
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                Directories.sync(target, false);
            }
        } catch (NoSuchFileException vanished) {
            hasVanished = true;
            return FileVisitResult.CONTINUE;
        }
        done += attributes.size();
        progress.at("other files", done, 0);
        return FileVisitResult.CONTINUE;
    }

    /** A file may go between the list and the look. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            hasVanished = true;
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
        Directories.sync(to.resolve(from.relativize(directory)), true);
        return FileVisitResult.CONTINUE;
    }

    private boolean isUnchanging(Path file) {
        return noneChanges
                || UNCHANGING.contains(from.relativize(file).getName(0).toString());
    }

    private static boolean isLeftOut(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean database = file.getNameCount() == 1 && (name.startsWith("log.db") || name.startsWith("projection.db"));
        return database || OURS.contains(file.toString()) || name.endsWith(".part") || name.endsWith(".new");
    }

    private static boolean link(Path file, Path target) throws NoSuchFileException {
        try {
            Files.createLink(target, file);
            return true;
        } catch (NoSuchFileException vanished) {
            throw vanished;
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return false;
        }
    }
}
