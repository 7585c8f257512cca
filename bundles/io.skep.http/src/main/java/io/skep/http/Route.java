// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One call of the interface.
 *
 * @param template the path, with {@code {id}} for what varies
 * @param query the parameters that it takes
 * @param life how long an answer may last that is a stream, or zero if it is none
 */
record Route(
        String method,
        String template,
        Permission permission,
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
        ARRAY
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
