// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.Capability;
import io.skep.testkit.plugin.RecordingPlugin;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class CapabilityServicesTest {
    private static final Capability ECHO = RecordingPlugin.capability("echo", "say");
    private static final Capability FLY = RecordingPlugin.capability("fly", "up");

    /** The services that are there, with the id that each says. */
    private final Map<Object, Object> there = new LinkedHashMap<>();

    private final List<String> done = new ArrayList<>();
    private List<Capability> offered = List.of();

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("registerService");
                    assertThat(args[0]).isEqualTo(Capability.class);
                    there.put(args[1], ((Dictionary<?, ?>) args[2]).get(CapabilityServices.ID));
                    done.add("come " + ((Capability) args[1]).id());
                    return registration((Capability) args[1]);
                });
    }

    private ServiceRegistration<?> registration(Capability capability) {
        return (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("unregister");
                    there.remove(capability);
                    done.add("go " + capability.id());
                    return null;
                });
    }

    @Test
    void services_followWhatIsOffered() {
        CapabilityServices services = new CapabilityServices(context(), () -> offered, Runnable::run);
        offered = List.of(ECHO);
        services.look();
        assertThat(there).containsExactly(Map.entry(ECHO, "echo"));

        offered = List.of(ECHO, FLY);
        services.look();
        assertThat(there).containsOnly(Map.entry(ECHO, "echo"), Map.entry(FLY, "fly"));

        offered = List.of(FLY);
        services.look();
        assertThat(there).containsExactly(Map.entry(FLY, "fly"));
        assertThat(done).as("what stays is left alone").containsExactly("come echo", "come fly", "go echo");
    }

    @Test
    void capability_thatIsNotTheSameAnyMore_isExchanged() {
        CapabilityServices services = new CapabilityServices(context(), () -> offered, Runnable::run);
        offered = List.of(ECHO);
        services.look();

        Capability other = RecordingPlugin.capability("echo", "sing");
        offered = List.of(other);
        services.look();

        assertThat(there).containsOnlyKeys(other);
        assertThat(done).containsExactly("come echo", "go echo", "come echo");
    }

    @Test
    void look_isNotMade_whenOneWaitsAlready() {
        CapabilityServices services = new CapabilityServices(context(), () -> offered, work -> {
            throw new RejectedExecutionException("one waits");
        });
        offered = List.of(ECHO);

        services.look();

        assertThat(there).isEmpty();
    }
}
