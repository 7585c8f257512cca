// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.sharedstate.documents.Documents;
import io.skep.plugin.sharedstate.documents.Reach;
import io.skep.plugin.sharedstate.documents.Requests;
import io.skep.plugin.sharedstate.documents.Results;
import io.skep.plugin.sharedstate.load.Loads;
import io.skep.plugin.sharedstate.load.Rebalancing;
import io.skep.plugin.sharedstate.tracking.Progress;
import io.skep.plugin.sharedstate.tracking.Tracking;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** The parts of one generation at work over one orchestrator. Thread-safe. */
final class Sharing implements AutoCloseable {
    private final Orchestrator orchestrator;
    private final PluginState state;
    private final Clock clock;
    private final Settings settings;
    private final Documents documents;
    private final Loads loads;
    private final Rebalancing rebalancing;
    private final Tracking tracking;
    private final Progress progress;
    private final AtomicBoolean balancing = new AtomicBoolean();
    private long nextBalance;

    Sharing(Orchestrator orchestrator, Clock clock, Codec codec, Settings settings) {
        this.orchestrator = orchestrator;
        this.state = orchestrator.state();
        this.clock = clock;
        this.settings = settings;
        this.documents = new Documents(orchestrator, codec, clock, settings.limits());
        this.loads = new Loads(orchestrator);
        this.rebalancing = new Rebalancing(
                orchestrator, clock, settings.mostMoves(), settings.moveAge().toMillis(), settings.moveOdds());
        this.tracking = new Tracking(orchestrator, codec, clock, settings.tracking(), this::balanceNowAndThen);
        this.progress = new Progress(tracking, orchestrator.tasks(), clock);
        this.nextBalance = clock.millis() + settings.balance().toMillis();
    }

    CompletionStage<Void> start() {
        return tracking.start();
    }

    Documents documents() {
        return documents;
    }

    Loads loads() {
        return loads;
    }

    Rebalancing rebalancing() {
        return rebalancing;
    }

    Progress progress() {
        return progress;
    }

    boolean keeps(String key) {
        return state.get(key).isPresent();
    }

    /** What the call may reach of the documents. */
    Reach reach(IntegrationRequest request) {
        return Reach.of(request, orchestrator.agents());
    }

    /** Documents are those of the task's tenant, whichever the call names; who is confined to one reaches its tasks only. */
    CompletionStage<Results.Delegated> delegate(IntegrationRequest request, Requests.Delegate asked) {
        boolean everyTenant = request.caller() == null || request.caller().tenant() == null;
        return documents.delegate(reach(request), everyTenant, asked);
    }

    /** By a call like any other, so that its flag holds for this too; on the thread that follows the events. */
    private void balanceNowAndThen() {
        long now = clock.millis();
        if (settings.balance().isZero() || now < nextBalance || !state.isServing()) {
            return;
        }
        nextBalance = now + settings.balance().toMillis();
        if (balancing.compareAndSet(false, true)) {
            orchestrator
                    .call(new IntegrationRequest(
                            Capabilities.REAL_TIME_BALANCING, "rebalance", null, "{\"dryRun\":false}"))
                    .whenComplete((done, failure) -> balancing.set(false));
        }
    }

    Health health() {
        String trouble = documents.trouble() == null ? tracking.trouble() : documents.trouble();
        return trouble == null ? new Health(true, tracking.summary()) : new Health(false, trouble);
    }

    @Override
    public void close() {
        tracking.close();
        documents.close();
    }
}
