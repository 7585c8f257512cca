// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of the bundle in a directory, which no other generation has, for as long as it takes to load them: a library that
 * is loaded and a model that is read need their files no longer.
 */
final class Extracted implements AutoCloseable {
    private static final String PREFIX = "onnx-";

    private final Path directory;

    private Extracted(Path directory) {
        this.directory = directory;
    }

    /** An empty directory under the bundle's own one, from which whatever a killed server has left is removed. */
    static Extracted under(Path base) throws IOException {
        Files.createDirectories(base);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(base, PREFIX + "*")) {
            for (Path directory : left) {
                delete(directory);
            }
        }
        return new Extracted(Files.createTempDirectory(base, PREFIX));
    }

    Path directory() {
        return directory;
    }

    /** Copies a resource of the bundle. */
    Path copy(String resource, String file) throws IOException {
        try (InputStream in = Extracted.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the bundle has no " + resource);
            }
            Path copy = directory.resolve(file);
            Files.copy(in, copy);
            return copy;
        }
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
