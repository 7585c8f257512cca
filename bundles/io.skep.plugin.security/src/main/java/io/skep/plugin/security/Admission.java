// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.base.Inputs;
import org.jspecify.annotations.Nullable;

/** Questions whether somebody may do something, and the answers, in JSON. */
final class Admission {
    private Admission() {}

    /**
     * The question of an edge.
     *
     * @param token of the caller, if core does not know who it is
     * @param principal who it is, if core does
     * @param address of the caller's machine
     * @param call what is called, in words
     * @param action that is wanted; absent to ask only who it is
     * @param type of the resource
     * @param id of the resource; absent for the type as a whole
     * @param tenant of the resource
     * @param owner of the resource
     * @param holder the agent that works at the resource
     * @param narrowable whether one tenant, or what is the caller's own, alone would do
     */
    record Ask(
            @Nullable String token,
            @Nullable Who principal,
            @Nullable String address,
            @Nullable String call,
            @Nullable String action,
            @Nullable String type,
            @Nullable String id,
            @Nullable String tenant,
            @Nullable String owner,
            @Nullable String holder,
            @Nullable Boolean narrowable) {
        /** The same, checked; throws a {@link io.skep.plugin.base.Declination} that names the field. */
        Ask checked() {
            if (principal != null) {
                principal.checked("principal");
            }
            Inputs.text("action", action, 64);
            if (action != null) {
                Inputs.text("type", Inputs.required("type", type), 64);
            }
            Inputs.text("address", address, 64);
            Inputs.text("call", call, 200);
            Inputs.text("id", id, 256);
            Inputs.text("tenant", tenant, 64);
            Inputs.text("owner", owner, 600);
            Inputs.text("holder", holder, 256);
            return this;
        }
    }

    /**
     * The answer.
     *
     * @param outcome {@code admitted}, {@code unauthenticated}, {@code forbidden}, {@code throttled} or {@code unavailable}
     * @param principal who it is, if that is known
     * @param tenant the only one that it may reach
     * @param own true if it may reach only what is its own
     * @param words why not; safe to tell whoever asked
     * @param retryAfterMillis when to come again, if that helps
     * @param rule of the policy that decided
     * @param policy version of the policy that decided
     */
    record Answer(
            String outcome,
            @Nullable Who principal,
            @Nullable String tenant,
            @Nullable Boolean own,
            @Nullable String words,
            @Nullable Long retryAfterMillis,
            @Nullable String rule,
            @Nullable String policy) {
        static final String ADMITTED = "admitted";
        static final String FORBIDDEN = "forbidden";
        static final String UNAUTHENTICATED = "unauthenticated";

        static Answer unauthenticated(String words) {
            return new Answer(UNAUTHENTICATED, null, null, null, words, null, null, null);
        }

        static Answer throttled(String words, long retryAfterMillis) {
            return new Answer("throttled", null, null, null, words, retryAfterMillis, null, null);
        }

        static Answer unavailable(String words, long retryAfterMillis) {
            return new Answer("unavailable", null, null, null, words, retryAfterMillis, null, null);
        }
    }
}
