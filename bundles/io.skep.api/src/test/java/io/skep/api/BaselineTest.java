// SPDX-License-Identifier: Apache-2.0
package io.skep.api;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whoever compiled against the api that was released goes on working, or the version of the package says that not: by the
 * rules of OSGi, in which a plugin imports {@code [1.3,2)}. What was released is {@code baseline.jar}; docs/release.md says
 * when another takes its place.
 */
class BaselineTest {
    private static final File RELEASED = new File("src/test/baseline.jar");
    private static final File NOW = new File("target/classes");

    /** Packages whose version is too low for what changed, or that are gone; each with what changed. */
    private static List<String> breaks(Jar now, Jar released) throws Exception {
        try (Processor reporter = new Processor()) {
            return new Baseline(reporter, new DiffPluginImpl())
                    .baseline(now, released, null).stream()
                            .filter(found -> found.mismatch || found.suggestedVersion == null)
                            .map(BaselineTest::said)
                            .sorted()
                            .toList();
        }
    }

    private static String said(Info found) {
        return found.suggestedVersion == null
                ? found.packageName + " is gone"
                : found.packageName + " has version " + found.newerVersion + " and needs " + found.suggestedVersion
                        + ": " + found.reason;
    }

    @Test
    void everyPackage_hasTheVersionThatItsChangesNeed() throws Exception {
        try (Jar now = new Jar(NOW);
                Jar released = new Jar(RELEASED)) {
            assertThat(breaks(now, released)).isEmpty();
        }
    }

    @Test
    void typeThatIsGone_isABreak() throws Exception {
        try (Jar now = new Jar(RELEASED);
                Jar released = new Jar(RELEASED)) {
            now.remove("io/skep/api/event/EventCursor.class");
            assertThat(breaks(now, released))
                    .singleElement()
                    .asString()
                    .startsWith("io.skep.api.event has version 1.0.0 and needs 2.0.0: ")
                    .contains("EventCursor");
        }
    }

    @Test
    void packageThatIsGone_isABreak() throws Exception {
        try (Jar now = new Jar(RELEASED);
                Jar released = new Jar(RELEASED)) {
            now.getManifest().getMainAttributes().putValue("Export-Package", "io.skep.api;version=\"1.0.0\"");
            assertThat(breaks(now, released)).contains("io.skep.api.event is gone");
        }
    }
}
