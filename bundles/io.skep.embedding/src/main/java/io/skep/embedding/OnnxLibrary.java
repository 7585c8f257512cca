// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * ONNX Runtime, loaded for this class loader. Its class {@code OrtEnvironment} is one for all and is closed by a shutdown
 * hook only, which would keep the class loader for ever. So the hook is found, removed and run when the last user closes
 * the library, and loading it anew in the same class loader, as a stop and a start of the bundle do, makes another
 * environment.
 */
final class OnnxLibrary {
    /** ONNX Runtime loads its libraries from here. */
    private static final String PATH = "onnxruntime.native.path";

    /** More than one while the bundle is started again before the last start has come to its end. */
    private static int users;

    private static EnvironmentHook hook = new EnvironmentHook();

    private final Path base;
    private final OrtEnvironment environment;

    private OnnxLibrary(Path base, OrtEnvironment environment) {
        this.base = base;
        this.environment = environment;
    }

    /**
     * Loads it.
     *
     * @param base a directory of the bundle's own
     * @throws IOException if there is none for this machine, or its files cannot be written
     * @throws LinkageError if the machine refuses it
     */
    static OnnxLibrary load(Path base, Platform platform) throws IOException {
        synchronized (OnnxLibrary.class) {
            try (Extracted files = Extracted.under(base)) {
                platform.copyTo(files);
                if (users == 0) {
                    hook = new EnvironmentHook();
                }
                OrtEnvironment environment = hook.made(() -> environment(files.directory()));
                users++;
                return new OnnxLibrary(base, environment);
            }
        }
    }

    private static OrtEnvironment environment(Path libraries) {
        // The property is one for the whole JVM, and so is the lock: another class loader may load its own just now.
        synchronized (Runtime.getRuntime()) {
            String before = System.setProperty(PATH, libraries.toString());
            try {
                return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "skep");
            } finally {
                if (before == null) {
                    System.clearProperty(PATH);
                } else {
                    System.setProperty(PATH, before);
                }
            }
        }
    }

    /** The version of ONNX Runtime. */
    String version() {
        return environment.getVersion();
    }

    /**
     * Opens the model.
     *
     * @param usual the tokens of usual tasks
     */
    Model model(Settings settings, List<int[]> usual) throws IOException, OrtException {
        try (Extracted files = Extracted.under(base)) {
            return new Model(environment, files, settings, usual);
        }
    }

    /** Frees what is native if nobody else uses it; all models of this user are closed before. Called once. */
    void close() {
        synchronized (OnnxLibrary.class) {
            users--;
            if (users == 0) {
                hook.run();
            }
        }
    }
}
