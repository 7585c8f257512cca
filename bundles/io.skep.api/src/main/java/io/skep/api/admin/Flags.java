// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which capabilities are switched on, and for whom. Off means absent: a caller gets the same as if no plugin offered it.
 * The truth is {@code etc/io.skep.flags.cfg}: editing that file and setting a flag here are the same. Thread-safe.
 */
@ProviderType
public interface Flags {
    /**
     * A flag.
     *
     * @param capability its id
     * @param rule who gets it
     * @param offered whether a plugin offers the capability now
     */
    record Flag(String capability, FlagRule rule, boolean offered) {}

    /** The flags of every capability that is offered or has a rule of its own, by id. */
    List<Flag> list();

    /**
     * Sets a flag, for the next call on. {@link FlagRule#ON} takes the rule away again.
     *
     * @param actor who does it
     * @return completes when the file has it and it is in force; ends with a {@link io.skep.api.Refusal} if the file
     *     cannot be written
     */
    CompletionStage<Flag> set(String capability, FlagRule rule, String actor);

    /** Whether everything runs on base behaviour, without one call of a plugin. */
    boolean legacyMode();

    /** Switches legacy mode, for the next call on; completes and ends like {@link #set}. */
    CompletionStage<Boolean> setLegacyMode(boolean on, String actor);
}
