// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.engine.CheckpointSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.ComponentException;

/** Reads {@link CheckpointSettings} from core's configuration. */
final class CheckpointLimits {
    private static final CheckpointSettings DEFAULT = CheckpointSettings.DEFAULT;
    private static final Limit CALLS = new Limit("checks.calls", 1, 10_000);
    private static final Limit ROUNDS = new Limit("checks.rounds", 0, 100);
    private static final Limit TRIES = new Limit("checks.tries", 1, 100);
    private static final String MANDATORY = "checks.mandatory";

    private CheckpointLimits() {}

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the property
     */
    static void check(CheckpointSettings checkpoints) {
        CALLS.check(checkpoints.calls());
        ROUNDS.check(checkpoints.rounds());
        TRIES.check(checkpoints.tries());
    }

    /** The settings; the default stands for what is wrong, of which {@code wrong} is given a sentence each. */
    static CheckpointSettings of(CoreConfig config, List<String> wrong) {
        return new CheckpointSettings(
                CALLS.read(config::checks_calls, DEFAULT.calls(), wrong),
                ROUNDS.read(config::checks_rounds, DEFAULT.rounds(), wrong),
                TRIES.read(config::checks_tries, DEFAULT.tries(), wrong),
                mandatory(config, wrong));
    }

    private static Set<String> mandatory(CoreConfig config, List<String> wrong) {
        Set<String> mandatory = new TreeSet<>();
        try {
            for (String id : config.checks_mandatory()) {
                if (id.strip().matches("[a-z0-9_]{1,64}")) {
                    mandatory.add(id.strip());
                } else if (!id.isBlank()) {
                    wrong.add(MANDATORY + " must be ids of capabilities, not \"" + id + '"');
                }
            }
        } catch (ComponentException e) {
            wrong.add(MANDATORY + " must be a list of ids of capabilities");
        }
        return mandatory;
    }

    /** Every property with its value. */
    static void properties(CheckpointSettings checkpoints, Map<String, Object> into) {
        into.put(CALLS.property(), checkpoints.calls());
        into.put(ROUNDS.property(), checkpoints.rounds());
        into.put(TRIES.property(), checkpoints.tries());
        into.put(MANDATORY, new TreeSet<>(checkpoints.mandatory()));
    }
}
