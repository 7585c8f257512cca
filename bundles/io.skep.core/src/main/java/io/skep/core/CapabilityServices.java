// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.plugin.Capability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A service for each capability that can be called now, so that edges can offer it in their own way (a command, a tool)
 * for as long as it is there. Kept in line on a thread of its own, since a listener may do anything.
 */
final class CapabilityServices {
    /** Service property with the id. */
    static final String ID = "capability.id";

    private final BundleContext context;
    private final Supplier<List<Capability>> offered;
    private final Executor thread;
    private final Map<Capability, ServiceRegistration<Capability>> registrations = new HashMap<>();

    /** {@code thread}: one, with room for one look that waits. */
    CapabilityServices(BundleContext context, Supplier<List<Capability>> offered, Executor thread) {
        this.context = context;
        this.offered = offered;
        this.thread = thread;
    }

    /** What is offered may have changed; returns at once. */
    void look() {
        try {
            thread.execute(this::follow);
        } catch (RejectedExecutionException busy) {
            // A look is waiting already, and will see this change too.
            return;
        }
    }

    private void follow() {
        Set<Capability> now = Set.copyOf(offered.get());
        Set<Capability> gone = registrations.keySet().stream()
                .filter(capability -> !now.contains(capability))
                .collect(Collectors.toSet());
        gone.forEach(capability -> registrations.remove(capability).unregister());
        for (Capability capability : now) {
            registrations.computeIfAbsent(
                    capability,
                    c -> context.registerService(Capability.class, c, FrameworkUtil.asDictionary(Map.of(ID, c.id()))));
        }
    }
}
