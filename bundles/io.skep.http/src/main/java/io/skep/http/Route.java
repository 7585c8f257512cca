// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One call of the interface.
 *
 * @param template the path, with {@code {id}} for what varies
 * @param wanted what the policy must allow, where one is asked
 * @param query the parameters that it takes
 * @param life how much longer than others it may take, for instance because its answer is a stream
 */
record Route(
        String method,
        String template,
        Permission permission,
        Wanted wanted,
        Body body,
        Set<String> query,
        Duration life,
        Handler handler) {
    /** What body a call takes. */
    enum Body {
        /** None; one that comes is ignored. */
        NONE,
        /** One thing. */
        OBJECT,
        /** Things, so that the larger limit holds; one thing keeps the smaller limit. */
        ARRAY,
        /** A form of a few fields, of whoever it is: the limit is small and fixed. */
        FORM,
        /** The jar of a plugin, which goes into a file. */
        JAR,
        /** A payload, which goes into the store's directory. */
        PAYLOAD
    }

    /** Carries out a call. */
    @FunctionalInterface
    interface Handler {
        /**
         * Begins to carry it out, without blocking.
         *
         * @throws io.skep.api.Refusal as the stage may end with
         */
        CompletionStage<Answer> handle(Call call);
    }
}
