// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.Scaler;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Local programs as groups that can be scaled: one for each file with {@code instances.max}. Thread-safe. */
@Component(
        service = {ProcessScaler.class, Scaler.class},
        immediate = true)
public final class ProcessScaler implements Scaler {
    /** {@link Scaler#name()}. */
    public static final String NAME = "process";

    private final ProcessSupervisor supervisor;
    private final AgentService agents;
    private final Map<String, Fleet> fleets = new ConcurrentHashMap<>();

    /** Without groups. */
    @Activate
    public ProcessScaler(@Reference ProcessSupervisor supervisor, @Reference AgentService agents) {
        this.supervisor = supervisor;
        this.agents = agents;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<ScalingGroup> groups() {
        return fleets.values().stream()
                .map(Fleet::group)
                .sorted(Comparator.comparing(ScalingGroup::name))
                .toList();
    }

    @Override
    public CompletionStage<ScalingGroup> scaleTo(ScalingOrder order) {
        Fleet fleet = fleets.get(order.group());
        if (fleet == null) {
            return CompletableFuture.failedFuture(
                    Refusal.of(Refusal.Reason.NOT_FOUND, "there is no group " + order.group()));
        }
        try {
            return CompletableFuture.completedFuture(fleet.scaleTo(order));
        } catch (Refusal refusal) {
            return CompletableFuture.failedFuture(refusal);
        } catch (BadSetting e) {
            return CompletableFuture.failedFuture(
                    Refusal.of(Refusal.Reason.UNAVAILABLE, fleet.source() + ": " + e.getMessage()));
        }
    }

    /**
     * Adds a group or changes it.
     *
     * @throws BadSetting if another file has that group, or a value is wrong
     */
    void claim(String id, SettingsReader reader, Instances instances) throws BadSetting {
        Fleet known = fleets.get(id);
        if (known == null) {
            Fleet added = new Fleet(id, supervisor, agents::list, reader, instances);
            // Another file with the same id at the same moment; whoever is first has it.
            known = fleets.putIfAbsent(id, added);
        } else if (known.source().equals(reader.source())) {
            known.change(reader, instances);
        }
        if (known != null && !known.source().equals(reader.source())) {
            throw new BadSetting("id", id, "is the group of " + known.source() + " already");
        }
    }

    /** Lets all agents of a group end what they have, and removes them. */
    void release(String id, String reason) {
        Fleet fleet = fleets.remove(id);
        if (fleet != null) {
            fleet.release(reason);
        }
    }

    /** Ends the programs of a group at once; its agents stay known and come back with it. */
    void interrupt(String id) {
        Fleet fleet = fleets.remove(id);
        if (fleet != null) {
            fleet.interrupt();
        }
    }
}
