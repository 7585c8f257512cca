// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of the bundle in a directory, which no other generation has, for as long as it takes to load them: a library that
 * is loaded and a model that is read need their files no longer.
 */
final class Extracted implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Extracted.class);
    private static final String PREFIX = "onnx-";
    /** Of this JVM, told from an earlier one by its beginning: in a container both have the same process id. */
    private static final String OURS =
            PREFIX + ManagementFactory.getRuntimeMXBean().getStartTime() + "-";

    private final Path directory;

    private Extracted(Path directory) {
        this.directory = directory;
    }

    /** An empty directory under the bundle's own one, from which whatever a killed server has left is removed. */
    static Extracted under(Path base) throws IOException {
        Files.createDirectories(base);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(base, PREFIX + "*")) {
            for (Path directory : left) {
                if (!directory.getFileName().toString().startsWith(OURS)) {
                    clean(directory);
                }
            }
        }
        return new Extracted(Files.createTempDirectory(base, OURS));
    }

    private static void clean(Path directory) {
        try {
            delete(directory);
        } catch (IOException e) {
            LOG.debug("left where it is", e);
        }
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
