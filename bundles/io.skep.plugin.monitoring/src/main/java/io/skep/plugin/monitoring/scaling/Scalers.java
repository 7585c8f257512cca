// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.Scaler;
import io.skep.api.agent.ScalingGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scalers that are there now. Thread-safe. */
public final class Scalers {
    /** The most groups of all; the others are left alone. */
    static final int MOST_GROUPS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Scalers.class);

    private final List<Scaler> all = new CopyOnWriteArrayList<>();
    /** Those of which it was said already that they do not say their groups. */
    private final List<Scaler> broken = new CopyOnWriteArrayList<>();

    /**
     * A group and who scales it.
     *
     * @param key {@code SCALER:GROUP}
     */
    record Member(String key, Scaler scaler, ScalingGroup group) {}

    /** None yet. */
    public Scalers() {}

    /** Another one has come. */
    public void add(Scaler scaler) {
        all.add(scaler);
    }

    /** One has gone. */
    public void remove(Scaler scaler) {
        all.removeIf(known -> known == scaler);
        broken.removeIf(known -> known == scaler);
    }

    /** All groups, by key; of two with one key the one whose scaler came first. */
    List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (Scaler scaler : all) {
            for (ScalingGroup group : groups(scaler)) {
                Member member = new Member(scaler.name() + ":" + group.name(), scaler, group);
                if (members.size() < MOST_GROUPS
                        && members.stream().noneMatch(known -> known.key().equals(member.key()))) {
                    members.add(member);
                }
            }
        }
        members.sort(Comparator.comparing(Member::key));
        return members;
    }

    /** Code of others: whatever it throws, the other groups are scaled nevertheless. */
    private List<ScalingGroup> groups(Scaler scaler) {
        try {
            return scaler.groups();
        } catch (RuntimeException thrown) {
            if (broken.stream().noneMatch(known -> known == scaler)) {
                broken.add(scaler);
                LOG.warn("scaler {} does not say its groups", scaler.getClass().getName(), thrown);
            }
            return List.of();
        }
    }
}
