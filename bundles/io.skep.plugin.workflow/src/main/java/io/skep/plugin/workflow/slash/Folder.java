// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The command files of one directory. Each look walks through it, up to the limits, and reads only files that have
 * changed. A file that is no good is named with its reason, and hinders no other. Used by one thread at a time.
 */
final class Folder {
    private static final String ENDING = ".md";
    private static final int MAX_BAD = 100;

    private final Path root;
    private final String source;
    private Map<Path, Known> known = Map.of();

    /**
     * A file that is no command.
     *
     * @param file within its directory
     */
    record Bad(String source, String file, String reason) {}

    /** What is there. */
    record Look(Map<String, Entry> commands, List<Bad> bad) {}

    private record Known(
            List<Object> stamp,
            @Nullable Prompt prompt,
            @Nullable String reason) {}

    Folder(Path root, String source) {
        this.root = root;
        this.source = source;
    }

    Path root() {
        return root;
    }

    /** Looks; a directory that is not there is empty. */
    Look look(Settings limits) {
        Walk walk = new Walk(limits);
        if (Files.isDirectory(root)) {
            try {
                Files.walkFileTree(
                        root, Set.copyOf(EnumSet.noneOf(FileVisitOption.class)), limits.maxDepth() + 1, walk);
            } catch (IOException failed) {
                walk.bad(root, "the directory cannot be read");
            }
        }
        known = walk.seen;
        return new Look(walk.commands, walk.bad);
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final Settings limits;
        private final Map<Path, Known> seen = new HashMap<>();
        private final Map<String, Entry> commands = new TreeMap<>();
        private final List<Bad> bad = new ArrayList<>();
        private int files;

        Walk(Settings limits) {
            this.limits = limits;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return oneMore() ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!oneMore()) {
                return FileVisitResult.TERMINATE;
            }
            if (attributes.isDirectory()) {
                bad(file, "it is deeper than " + limits.maxDepth() + " folders");
            } else if (file.getFileName().toString().endsWith(ENDING)) {
                take(file, attributes);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            bad(file, "it cannot be read");
            return FileVisitResult.CONTINUE;
        }

        private boolean oneMore() {
            // The directory itself is no file of it.
            if (++files > limits.maxFiles() + 1) {
                bad(root, "it has more than " + limits.maxFiles() + " files; the others are not looked at");
                return false;
            }
            return true;
        }

        private void take(Path file, BasicFileAttributes attributes) {
            if (!attributes.isRegularFile()) {
                bad(file, "it is no regular file");
                return;
            }
            Known now = known(file, attributes);
            seen.put(file, now);
            if (now.prompt() == null) {
                bad(file, String.valueOf(now.reason()));
                return;
            }
            try {
                String path = root.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), ":");
                String name = Line.name(path.substring(0, path.length() - ENDING.length()));
                if (commands.putIfAbsent(name, Entry.of(name, source, now.prompt())) != null) {
                    bad(file, "another file is the same command");
                }
            } catch (Declination unnamed) {
                bad(file, "its name is not lower-case letters, digits, dot, underscore and hyphen");
            }
        }

        private Known known(Path file, BasicFileAttributes attributes) {
            List<Object> stamp = List.of(
                    attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()), limits);
            Known before = known.get(file);
            if (before != null && before.stamp().equals(stamp)) {
                return before;
            }
            try {
                return new Known(stamp, Prompt.read(text(file, limits.maxFileBytes())), null);
            } catch (Declination wrong) {
                return new Known(stamp, null, wrong.getMessage());
            } catch (CharacterCodingException wrong) {
                return new Known(stamp, null, "it is not UTF-8");
            } catch (IOException wrong) {
                return new Known(stamp, null, "it cannot be read");
            }
        }

        private void bad(Path file, String reason) {
            if (bad.size() < MAX_BAD) {
                String name = Shown.line(root.relativize(file).toString(), 200);
                bad.add(new Bad(source, name.isEmpty() ? "." : name, reason));
            }
        }
    }

    private static String text(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new Declination("it has more than " + most + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }
}
