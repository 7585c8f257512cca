// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import io.skep.api.embedding.Embedder;
import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the embedder when it is loaded. A wrong value of the configuration is refused by name, and the last good ones
 * stay. Called by Declarative Services, never by two threads at once.
 */
@Component(
        name = "io.skep.embedding",
        service = {},
        immediate = true)
@Designate(ocd = EmbeddingComponent.Config.class)
public final class EmbeddingComponent {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingComponent.class);

    /** The configuration. */
    @ObjectClassDefinition(
            id = "io.skep.embedding",
            name = "Skep embedding",
            description = "The model that turns texts into vectors.")
    public @interface Config {
        /** Which networks make a vector. */
        @AttributeDefinition(description = "Which networks make a vector: minilm, bge, or both.")
        String model() default Settings.MODEL;

        /** Threads of one inference. */
        @AttributeDefinition(description = "Threads that one inference uses.", min = "1", max = "64")
        int threads() default Settings.THREADS;

        /** How many inferences may run at once. */
        @AttributeDefinition(
                description = "How many inferences may run at once; further texts wait.",
                min = "1",
                max = "64")
        int max_concurrent() default Settings.MAX_CONCURRENT;

        /** How long a text may wait. */
        @AttributeDefinition(
                description = "Milliseconds that a text may wait for others to end; then it is refused as busy.",
                min = "0",
                max = "60000")
        int max_wait_millis() default Settings.MAX_WAIT_MILLIS;

        /** How many vectors are kept. */
        @AttributeDefinition(
                description = "How many vectors are kept, about 1.7 KB each, of both networks twice that.",
                min = "0",
                max = "1000000")
        int max_cached() default Settings.MAX_CACHED;
    }

    private final Lifecycle lifecycle;

    /** For Declarative Services. */
    @Activate
    public EmbeddingComponent(BundleContext context, Config config) {
        lifecycle = new Lifecycle(
                new Lifecycle.Machine(base(context), System.getProperty("os.name"), System.getProperty("os.arch")),
                embedder -> {
                    ServiceRegistration<Embedder> registration =
                            context.registerService(Embedder.class, embedder, FrameworkUtil.asDictionary(Map.of()));
                    return registration::unregister;
                });
        lifecycle.apply(settings(config).orElse(Settings.DEFAULT));
    }

    /** Takes new settings over. */
    @Modified
    void modified(Config config) {
        settings(config).ifPresent(lifecycle::apply);
    }

    /** Takes the embedder away. */
    @Deactivate
    void close() {
        lifecycle.close();
    }

    private static Optional<Settings> settings(Config config) {
        try {
            return Optional.of(Settings.of(
                    config.model(),
                    config::threads,
                    config::max_concurrent,
                    config::max_wait_millis,
                    config::max_cached));
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.embedding refused, the last good one stays: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Of the bundle's own, so that nobody else writes there; without one, where all temporary files are. */
    private static Path base(BundleContext context) {
        File own = context.getDataFile("");
        return own == null ? Path.of(System.getProperty("java.io.tmpdir"), "skep-embedding") : own.toPath();
    }
}
