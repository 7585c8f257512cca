// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.security.policy.LivePolicy;
import io.skep.plugin.security.policy.Policy;
import io.skep.plugin.security.policy.PolicyException;
import io.skep.plugin.security.policy.PolicyLimits;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The policy in force, and the document that it was made of, which is kept. A document counts from when it is durable.
 * Thread-safe.
 */
final class PolicyShelf {
    private static final String KEY = "policy";
    private static final int SCHEMA = 1;
    /** With its quotes and escapes it must fit into one document of the store. */
    private static final int CHARACTERS = 100_000;

    private static final PolicyLimits LIMITS = new PolicyLimits(
            CHARACTERS,
            PolicyLimits.DEFAULT.parts(),
            PolicyLimits.DEFAULT.levels(),
            PolicyLimits.DEFAULT.roles(),
            PolicyLimits.DEFAULT.ancestors(),
            PolicyLimits.DEFAULT.rules(),
            PolicyLimits.DEFAULT.alternatives());

    private final PluginState state;
    private final Codec codec;
    private final LivePolicy live = new LivePolicy(LIMITS);
    private volatile String text = "";
    private volatile @Nullable String trouble;

    /**
     * What is kept.
     *
     * @param document the policy's text; empty for the seeded roles alone
     */
    record Kept(@Nullable String document) {}

    PolicyShelf(PluginState state, Codec codec) {
        this.state = state;
        this.codec = codec;
    }

    /** Takes over what is kept. If that is no policy of this version, {@link #trouble} says so, and it is left alone. */
    synchronized void load() {
        PluginState.Document document = state.get(KEY).orElse(null);
        if (document == null) {
            return;
        }
        if (document.schema() != SCHEMA) {
            trouble = "the policy has the schema " + document.schema() + ", which this version does not know";
            return;
        }
        try {
            Kept kept = codec.readKept(document.json(), Kept.class);
            String its = kept.document() == null ? "" : kept.document();
            live.take(its);
            text = its;
            trouble = null;
        } catch (JsonProcessingException | PolicyException unreadable) {
            trouble = "the policy that is kept cannot be read: " + unreadable.getMessage();
        }
    }

    /** Why nothing can be decided, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    LivePolicy live() {
        return live;
    }

    /** The text of the policy in force, besides the seeded roles. */
    String text() {
        return text;
    }

    /**
     * What a document would be as a policy.
     *
     * @throws Declination that says what is wrong
     */
    static Policy check(String document) {
        try {
            return Policy.of(document, LIMITS);
        } catch (PolicyException wrong) {
            throw new Declination("field \"document\": " + wrong.getMessage());
        }
    }

    /**
     * Takes a document in place of the one before.
     *
     * @param expected version that must be in force now, or null for any
     * @return the version then in force, when it is durable
     */
    CompletionStage<String> take(String document, @Nullable String expected) {
        String wrong = trouble;
        if (wrong != null) {
            throw new Declination(wrong);
        }
        Policy checked = check(document);
        String now = live.current().version();
        if (expected != null && !expected.equals(now)) {
            throw new Declination("field \"expected\": the policy in force is " + now + ", not " + expected);
        }
        return state.put(KEY, new PluginState.Document(SCHEMA, codec.write(new Kept(document))))
                .thenApply(durable -> {
                    load();
                    return checked.version();
                });
    }
}
