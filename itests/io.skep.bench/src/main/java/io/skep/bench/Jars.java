// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The jars that classes of ours come from. */
public final class Jars {
    private Jars() {}

    /**
     * The jar of a class.
     *
     * @throws IOException if it does not come from a jar
     */
    public static Path of(Class<?> type) throws IOException {
        try {
            Path jar = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isRegularFile(jar)) {
                return jar;
            }
            throw new IOException("Run the benchmark from its jar: " + jar + " is none");
        } catch (URISyntaxException e) {
            throw new IOException("The jar of " + type.getName() + " has no path", e);
        }
    }
}
