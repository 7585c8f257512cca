// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginCalls;
import io.skep.core.plugin.PluginWork;
import io.skep.core.state.PluginRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a generation that fails too often: it gets no more calls; the version before it comes back, if there is
 * one; else it is tried again now and then, with its own examples, and serves again when these succeed. Thread-safe.
 */
final class Quarantine implements PluginCalls.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final int PROBES = 5;
    private static final String CORE = "core";

    private final Parts parts;
    private final Jobs jobs;
    private final Swaps swaps;

    Quarantine(Parts parts, Jobs jobs, Swaps swaps) {
        this.parts = parts;
        this.jobs = jobs;
        this.swaps = swaps;
    }

    @Override
    public void unfit(Generation generation, String cause) {
        boolean serves = parts.registry().serving(generation.name()).orElse(null) == generation;
        if (!parts.registry().quarantine(generation, cause, serves && before(generation) != null)) {
            return;
        }
        String detail = generation.version() + ": " + cause;
        parts.table().happened(generation.name(), "quarantined", CORE, detail, now -> now);
        if (serves) {
            bringBack(generation);
        }
    }

    /** The record with a version to bring back, if this one is the version that shall serve. */
    private @Nullable PluginRecord before(Generation generation) {
        return parts.table()
                .find(generation.name())
                .filter(record -> !record.previous().isEmpty())
                .filter(record -> record.desired() != null
                        && record.desired().is(generation.origin().symbolicName(), generation.version()))
                .orElse(null);
    }

    /** Brings the version before back; if there is none, the generation itself is tried again. */
    private void bringBack(Generation generation) {
        PluginRecord record = before(generation);
        PluginRecord.Build bad = record == null ? null : record.desired();
        if (record == null || bad == null) {
            probeLater(generation, parts.registry().settings().probe());
            return;
        }
        try {
            SwapJob job = swaps.rollBack(record, bad, CORE);
            LOG.info("plugin {}: {} comes back (job {})", generation.name(), job.to(), job.id());
            jobs.whenIdle(generation.name()).thenRun(() -> probeIfAlone(generation));
        } catch (Refusal busy) {
            LOG.warn("plugin {}: the version before does not come back now: {}", generation.name(), busy.getMessage());
            if (jobs.running(generation.name()) == null) {
                probeLater(generation, parts.registry().settings().probe());
            } else {
                // It may be the very job that has brought this generation in, and still ends the calls of the old one.
                jobs.whenIdle(generation.name()).thenRun(() -> bringBackIfAlone(generation));
            }
        }
    }

    private void bringBackIfAlone(Generation generation) {
        if (isAlone(generation)) {
            bringBack(generation);
        }
    }

    private void probeIfAlone(Generation generation) {
        if (isAlone(generation)) {
            probeLater(generation, parts.registry().settings().probe());
        }
    }

    private boolean isAlone(Generation generation) {
        return generation.state() == PluginStatus.State.QUARANTINED
                && parts.registry().serving(generation.name()).isEmpty();
    }

    private void probeLater(Generation generation, Duration delay) {
        parts.registry()
                .calls()
                .timers()
                .schedule(
                        () -> jobs.inTurn(generation.name(), () -> probe(generation, delay)),
                        delay.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void probe(Generation generation, Duration delay) {
        if (generation.state() != PluginStatus.State.QUARANTINED) {
            return;
        }
        try {
            Preparation.requireHealthy(generation, Operation.MAX_TIMEOUT);
            callExamples(generation);
        } catch (SwapFailedException still) {
            LOG.info("plugin {} stays quarantined: {}", generation, still.getMessage());
            probeLater(generation, delay.multipliedBy(2).compareTo(MOST) > 0 ? MOST : delay.multipliedBy(2));
            return;
        }
        if (parts.registry().reinstate(generation, "serves again after a probe")) {
            parts.table().happened(generation.name(), "reinstated", CORE, generation.version(), now -> now);
        }
    }

    private static void callExamples(Generation generation) throws SwapFailedException {
        List<IntegrationRequest> requests = Preparation.examples(generation);
        for (int i = 0; i < PROBES && !requests.isEmpty(); i++) {
            IntegrationRequest request = requests.get(i % requests.size());
            IntegrationResponse response =
                    Patience.await("a probe", Operation.MAX_TIMEOUT, PluginWork.process(generation, request));
            if (response == null) {
                throw new SwapFailedException("a probe was answered by nothing");
            }
            if (response instanceof IntegrationResponse.Failed failed) {
                throw new SwapFailedException("a probe failed: " + failed.cause());
            }
        }
    }
}
