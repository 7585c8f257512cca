// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Part;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The capability {@code session_management}. Thread-safe. */
public final class SessionManagement implements Part {
    private final Means means;

    /** Over an orchestrator. */
    public SessionManagement(Means means, SessionSettings settings) {
        this.means = means;
    }

    @Override
    public Capability capability() {
        return SessionOffer.CAPABILITY;
    }

    @Override
    public void start() {
        means.workers();
    }

    @Override
    public CompletionStage<?> answer(String operation, IntegrationRequest request) {
        if (!operation.equals("list")) {
            throw new Declination("there is no operation " + operation);
        }
        means.codec().read(request.data(), Requests.Listing.class);
        return CompletableFuture.completedFuture(new Results.Listed(List.of()));
    }

    @Override
    public @Nullable String trouble() {
        return null;
    }

    @Override
    public void close() {
        means.workers();
    }
}
