// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A bundle's offer of capabilities, published as a service with the property {@value #NAME}. Core finds it, initialises
 * it on a thread of its own, and routes calls to it until the service goes. An implementation is thread-safe, never
 * blocks the calling thread for longer than a moment, and keeps durable state in the store only.
 */
@ConsumerType
public interface OrchestrationPlugin {
    /** Service property with the name of the plugin, for instance {@code context-routing}. */
    String NAME = "plugin.name";

    /**
     * Gets ready. Called once, before any request.
     *
     * @return completes when requests may come; ends exceptionally if the plugin cannot serve
     */
    CompletionStage<Void> initialize(Orchestrator orchestrator);

    /** What it offers; the same for the whole life of the service. */
    List<Capability> capabilities();

    /** Carries out one request, within the timeout that its operation declares. */
    CompletionStage<IntegrationResponse> process(IntegrationRequest request);

    /** How it is. Called now and then, on a thread of core. */
    CompletionStage<Health> health();
}
