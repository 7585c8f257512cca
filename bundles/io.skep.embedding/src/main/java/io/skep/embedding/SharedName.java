// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * The name by which ONNX Runtime's two libraries find each other. Linux takes whatever library of that name is in the
 * process already, be it of another bundle or of the version that an upgrade replaces, and refuses it if its version is
 * another one. So each version gets a name of its own: the same length, in both files. On macOS the name has the version.
 */
final class SharedName {
    private static final String COMMON = "libonnxruntime.so.1\0";
    /** The version in the names of the symbols, which both files have. */
    private static final String VERSION = "VERS_";

    private SharedName() {}

    /** Gives a library the name of its version, if it has the common one. */
    static void makeOwn(Path library) throws IOException {
        // One byte is one character.
        String content = Files.readString(library, StandardCharsets.ISO_8859_1);
        int at = content.indexOf(COMMON);
        int version = content.indexOf(VERSION);
        if (at >= 0 && version >= 0) {
            write(library, at, own(content.substring(version, content.indexOf('\0', version))));
        }
    }

    /** A name for a version. */
    static String own(String version) {
        CRC32 hash = new CRC32();
        hash.update(version.getBytes(StandardCharsets.ISO_8859_1));
        String name = "libskep-%08x.so".formatted(hash.getValue());
        return name + "_".repeat(COMMON.length() - 1 - name.length()) + "\0";
    }

    private static void write(Path library, int at, String name) throws IOException {
        try (FileChannel file = FileChannel.open(library, StandardOpenOption.WRITE)) {
            file.write(StandardCharsets.ISO_8859_1.encode(name), at);
        }
    }
}
