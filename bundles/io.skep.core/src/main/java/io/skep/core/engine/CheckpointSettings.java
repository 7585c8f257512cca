// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.util.Set;

/**
 * How tasks are checked on their way; see {@link io.skep.core.CoreConfig}.
 *
 * @param calls checks under way at once, before a start and of results each
 * @param rounds how many results of one task are sent back before it fails
 * @param tries how often one question is asked that gets no answer in time
 * @param mandatory ids of capabilities without whose word nothing passes
 */
public record CheckpointSettings(int calls, int rounds, int tries, Set<String> mandatory) {
    /** What the configuration says by default. */
    public static final CheckpointSettings DEFAULT = new CheckpointSettings(64, 5, 3, Set.of());

    public CheckpointSettings {
        mandatory = Set.copyOf(mandatory);
    }
}
