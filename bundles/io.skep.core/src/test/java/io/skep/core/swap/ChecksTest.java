// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static io.skep.core.swap.SwapHarness.NAME;
import static io.skep.core.swap.SwapHarness.NO_CANARY;
import static io.skep.core.swap.SwapHarness.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.admin.SwapRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything changes. */
class ChecksTest {
    @TempDir
    private Path directory;

    private SwapHarness server;

    @BeforeEach
    void start() {
        server = new SwapHarness(directory).serving("1.0.0");
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(server.call()).isEqualTo("1.0.0");
        assertThat(server.bundles().all()).filteredOn(Bundles.Installed::isOurs).hasSize(1);
        server.close();
    }

    private Refusal refused(Jars jar, String wanted) {
        Path file = jar.to(directory.resolve("refused.jar"));
        return refusal(server.swaps().upgrade(new SwapRequest(wanted, file, NO_CANARY, false, "ann")));
    }

    private String reason(Jars jar) {
        Refusal refused = refused(jar, null);
        assertThat(refused.reason()).isEqualTo(Refusal.Reason.INVALID);
        return refused.getMessage();
    }

    private static Jars next() {
        return Jars.plugin(NAME, "2.0.0");
    }

    @Test
    void nameThatIsNone_isRefused() {
        assertThat(reason(next().header(JarInspector.NAME_HEADER, "Sample Plugin")))
                .isEqualTo("its plugin calls itself \"Sample Plugin\", which is no name of lower case letters, digits"
                        + " and hyphens");
    }

    @Test
    void anotherPlugin_isRefused() {
        assertThat(refused(next(), "other").getMessage()).isEqualTo("it is the plugin sample, not other");
    }

    @Test
    void versionOfTheApiThatIsNotThere_isRefused() {
        assertThat(reason(next().header("Import-Package", "io.skep.api.plugin;version=\"[2.0,3)\"")))
                .isEqualTo("it needs io.skep.api.plugin in [2.0,3); this server has 1.0.0");
        assertThat(reason(next().header("Import-Package", "io.skep.api.future;version=\"[1.0,2)\"")))
                .isEqualTo("it needs io.skep.api.future in [1.0,2); this server has none");
        assertThat(reason(next().header("Import-Package", "io.skep.api.plugin;version=\"one\"")))
                .isEqualTo("it imports io.skep.api.plugin in \"one\", which is no range of versions");
    }

    @Test
    void bundleOfAnotherPlugin_isRefused() {
        assertThat(reason(Jars.plugin("other", "1.0.0").header("Bundle-SymbolicName", "bundle.sample")))
                .isEqualTo("the plugin sample is the bundle bundle.sample; the plugin other cannot be the bundle"
                        + " bundle.sample");
        assertThat(reason(next().header("Bundle-SymbolicName", "bundle.other")))
                .isEqualTo("the plugin sample is the bundle bundle.sample; the plugin sample cannot be the bundle"
                        + " bundle.other");
    }

    @Test
    void bundleThatIsNoPluginOfOurs_isRefused() throws Exception {
        Path library = Jars.plugin("library", "1.0.0").to(directory.resolve("library.jar"));
        server.bundles().install("file:library", library);

        assertThat(reason(Jars.plugin("library", "2.0.0")))
                .isEqualTo("a bundle bundle.library is installed that is no version of the plugin library");
    }

    @Test
    void sameVersion_serves_already() {
        Refusal same = refusal(server.swaps().upgrade(server.request("1.0.0", NO_CANARY)));

        assertThat(same.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(same.getMessage()).isEqualTo("version 1.0.0 of sample serves already");
        assertThat(reason(Jars.plugin(NAME, "1.0.0").entry("other", "content")))
                .startsWith("version 1.0.0 of sample serves already, with another content; give it another version");
    }
}
