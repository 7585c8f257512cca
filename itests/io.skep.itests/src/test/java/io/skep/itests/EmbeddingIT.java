// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.skep.api.embedding.Embedder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The sentence embedder of the distribution: it answers, and comes back after a stop and an update of its bundle. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class EmbeddingIT {
    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Container.of("embedding");
    }

    @Test
    public void service_answers_alsoAfterItsBundleWasStoppedAndUpdated() throws Exception {
        Bundle bundle = bundle();
        double before = closeness();
        bundle.stop();
        assertNull(context.getServiceReference(Embedder.class));
        bundle.start();
        assertEquals(before, closeness(), 1e-6);
        for (int n = 0; n < 3; n++) {
            bundle.update();
            assertEquals(before, closeness(), 1e-6);
        }
        assertEquals(Bundle.ACTIVE, bundle.getState());
        assertNothingIsLeft(bundle);
    }

    @Test
    public void cachedText_isAtHand_untilTheConfigurationKeepsNone() throws Exception {
        Embedder embedder = service();
        embedder.embed("kept");
        assertTrue(embedder.cached("kept").isPresent());
        Path file = new Instance().etc().resolve("io.skep.embedding.cfg");
        String documented = Files.readString(file);
        Files.writeString(file, documented + "max.cached = 0\n");
        Instance.eventually(() -> embedder.cached("kept").isPresent(), present -> !present);
        Files.writeString(file, documented);
        assertEquals(embedder.dimensions(), embedder.embed("kept").length);
    }

    private double closeness() throws Exception {
        Embedder embedder = service();
        float[] task = embedder.embed("fix the failing unit test");
        double close = cosine(task, embedder.embed("repair broken test"));
        assertTrue("closeness " + close, close > cosine(task, embedder.embed("book a flight")) + 0.4);
        return close;
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private Embedder service() throws Exception {
        ServiceReference<Embedder> reference =
                Instance.eventually(() -> context.getServiceReference(Embedder.class), Objects::nonNull);
        return Objects.requireNonNull(context.getService(reference));
    }

    private Bundle bundle() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals("io.skep.embedding"))
                .findFirst()
                .orElseThrow();
    }

    private static void assertNothingIsLeft(Bundle bundle) {
        File directory = bundle.getDataFile("");
        assertNotNull(directory);
        String[] left = directory.list((parent, name) -> name.startsWith("onnx-"));
        assertEquals(0, left == null ? 0 : left.length);
    }
}
