// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Upgrades the very plugin that is asked to, from within a call. */
final class SelfUpgrade {
    private static final CanaryRule NO_COMPARISON = new CanaryRule(100, 1, Duration.ZERO);
    private static final Duration LONG = Duration.ofSeconds(3);

    private final BundleContext context;

    SelfUpgrade(BundleContext context) {
        this.context = context;
    }

    /** Begins it; with {@code wait}, the answer comes when it has ended, which is what a plugin must not do. */
    CompletionStage<SwapJob> begin(String jar, boolean wait) {
        ServiceReference<Plugins> reference = context.getServiceReference(Plugins.class);
        Plugins plugins = reference == null ? null : context.getService(reference);
        if (plugins == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("there is nobody to upgrade it"));
        }
        CompletionStage<SwapJob> begun =
                plugins.upgrade(new SwapRequest(null, Path.of(jar), NO_COMPARISON, false, "the plugin itself"));
        return wait ? begun.thenCompose(job -> plugins.awaitEnd(job.id(), LONG)) : begun;
    }
}
