// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.configs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The configuration files of a server, compared with what they were. For one thread. */
final class EtcFiles {
    private final Path etc;
    private final Map<Path, String> good = new TreeMap<>();

    EtcFiles(Path etc) {
        this.etc = etc;
    }

    /** Takes what is there now for good. */
    void remember() throws IOException {
        good.clear();
        good.putAll(read());
    }

    /** How many files are compared. */
    int count() {
        return good.size();
    }

    /** The files without content. */
    List<String> empty() throws IOException {
        List<String> empty = new ArrayList<>();
        read().forEach((file, content) -> {
            if (content.isBlank()) {
                empty.add(etc.relativize(file).toString());
            }
        });
        return empty;
    }

    /** The files that are missing or have another content than when they were good. */
    List<String> changed() throws IOException {
        Map<Path, String> now = read();
        List<String> changed = new ArrayList<>();
        good.forEach((file, content) -> {
            if (!content.equals(now.get(file))) {
                changed.add(etc.relativize(file).toString());
            }
        });
        return changed;
    }

    private Map<Path, String> read() throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(etc)) {
            files = entries.filter(file -> file.toString().matches(".*\\.(cfg|properties)"))
                    .toList();
        }
        Map<Path, String> contents = new TreeMap<>();
        for (Path file : files) {
            contents.put(file, Files.readString(file));
        }
        return contents;
    }
}
