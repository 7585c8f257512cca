// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.Refusal;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugin {@code security}: decodes, delegates and encodes. A version on trial decides like the one that serves, but its
 * decisions do not count: it answers that it is gone, so that core asks the one that serves, which alone lets anybody in and
 * has the audit log. Thread-safe.
 */
@Component(
        name = "io.skep.plugin.security",
        service = OrchestrationPlugin.class,
        configurationPid = "io.skep.plugin.security",
        property = OrchestrationPlugin.NAME + '=' + SecurityPlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class SecurityPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "security";
    private static final Logger LOG = LoggerFactory.getLogger(SecurityPlugin.class);
    private static final String ADMIT = "admit";

    private final Clock clock;
    private final Codec codec = new Codec();
    private volatile Settings settings;
    private volatile @Nullable Security security;

    /** Made by Declarative Services. A wrong configuration leaves it without any issuer but itself, and is logged. */
    @Activate
    public SecurityPlugin(Config config, Map<String, Object> properties) {
        this(Clock.systemUTC(), first(config, properties));
    }

    /** With a clock and settings of its own. */
    SecurityPlugin(Clock clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    private static Settings first(Config config, Map<String, Object> properties) {
        try {
            return Settings.read(config, properties);
        } catch (IllegalArgumentException wrong) {
            LOG.error("io.skep.plugin.security: {}; the defaults stand instead", wrong.getMessage());
            return Settings.DEFAULT;
        }
    }

    /** Takes a changed configuration, in force for the next call; a wrong one leaves everything as it is. */
    @Modified
    void modified(Config config, Map<String, Object> properties) {
        try {
            take(Settings.read(config, properties));
        } catch (IllegalArgumentException wrong) {
            LOG.error("io.skep.plugin.security: {}; everything stays as it was", wrong.getMessage());
        }
    }

    /** Takes other settings. */
    void take(Settings read) {
        settings = read;
        Security now = security;
        if (now != null) {
            now.settings(read);
        }
    }

    /** The settings in force. */
    Settings settings() {
        return settings;
    }

    /** The version of the policy in force, for tests of what a next version starts from. */
    String policyVersion() {
        Security now = security;
        return now == null ? "" : now.policyVersion();
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Security begun = new Security(orchestrator, settings, codec, clock);
        security = begun;
        begun.start();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Security now = security;
        if (now == null) {
            return CompletableFuture.completedFuture(new Failed(PLUGIN, "it is not initialised"));
        }
        boolean counts = !now.isTrial() || Offer.isForATrial(request.capability(), request.operation());
        if (!counts && !isAdmission(request)) {
            return CompletableFuture.completedFuture(onTrial());
        }
        try {
            Optional<CompletionStage<?>> answer = now.answer(request);
            if (answer.isEmpty()) {
                // This version has given its log to the one that serves now, after the call had been given to it.
                return now.orchestrator().call(request);
            }
            return answer.get().handle((done, failure) -> {
                if (failure != null) {
                    return ending(failure);
                }
                return counts ? new Answered(codec.write(done)) : onTrial();
            });
        } catch (Declination | Refusal refused) {
            return CompletableFuture.completedFuture(ending(refused));
        }
    }

    private static boolean isAdmission(IntegrationRequest request) {
        return request.capability().equals(Capabilities.RBAC_ENFORCEMENT) && ADMIT.equals(request.operation());
    }

    private static IntegrationResponse onTrial() {
        return new Gone("a version on trial decides nothing", Duration.ofMillis(100));
    }

    @Override
    public CompletionStage<Health> health() {
        Security now = security;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; writes what the audit log has accepted. */
    @Override
    @Deactivate
    public void close() {
        Security now = security;
        if (now != null) {
            now.close();
        }
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Declination || cause instanceof Refusal
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }
}
