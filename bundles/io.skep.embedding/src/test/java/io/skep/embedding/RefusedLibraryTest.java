// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class RefusedLibraryTest {
    @TempDir
    private Path directory;

    @Test
    void library_thatTheMachineRefuses_isToldOnce_andThereIsNoEmbedder() throws Exception {
        Platform here = Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path broken = directory.resolve("broken/ai/onnxruntime/native/" + here.name());
        Files.createDirectories(broken);
        for (String file : here.files()) {
            Files.writeString(broken.resolve(file), "no library");
        }
        try (Generation generation = Generation.of(directory.resolve("broken"))) {
            Method told = generation.loadClass(OwnLifecycle.class.getName()).getMethod("of", Path.class);
            assertThat(told.invoke(null, directory.resolve("base"))).isEqualTo(List.of());
        }
        assertThat(directory.resolve("base")).isEmptyDirectory();
    }
}
