// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A kind of machine that the bundle has native libraries for.
 *
 * @param name as ONNX Runtime calls it
 * @param files its libraries
 */
record Platform(String name, List<String> files) {
    private static final List<String> LINUX = List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");
    private static final List<String> MAC = List.of("libonnxruntime.dylib", "libonnxruntime4j_jni.dylib");

    /**
     * That of the system properties {@code os.name} and {@code os.arch}.
     *
     * @throws IOException if there are no libraries for it
     */
    static Platform of(String os, String arch) throws IOException {
        boolean arm = arch.equals("aarch64") || arch.equals("arm64");
        String system = os.toLowerCase(Locale.ROOT);
        if (system.contains("linux") && (arch.equals("amd64") || arch.equals("x86_64"))) {
            return new Platform("linux-x64", LINUX);
        }
        if (system.contains("linux") && arm) {
            return new Platform("linux-aarch64", LINUX);
        }
        if (system.contains("mac") && arm) {
            return new Platform("osx-aarch64", MAC);
        }
        throw new IOException("there is no native library for " + os + " on " + arch
                + ", only for Linux on x86-64 and arm64 and for macOS on arm64");
    }

    /** Puts the libraries into a directory. */
    void copyTo(Extracted directory) throws IOException {
        for (String file : files) {
            Path copy = directory.copy("/ai/onnxruntime/native/" + name + "/" + file, file);
            SharedName.makeOwn(copy);
        }
    }
}
