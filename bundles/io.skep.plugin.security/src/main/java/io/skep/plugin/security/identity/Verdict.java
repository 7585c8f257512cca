// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/** What became of an authentication. Only {@link Authenticated} lets anybody in. Immutable. */
public sealed interface Verdict {
    /**
     * It is who it says.
     *
     * @param principal who
     */
    record Authenticated(Principal principal) implements Verdict {
        public Authenticated {
            Objects.requireNonNull(principal);
        }
    }

    /**
     * The credential is worth nothing here: 401.
     *
     * @param reason why
     * @param words the same, safe to show
     */
    record Refused(Refusal reason, String words) implements Verdict {
        public Refused {
            Objects.requireNonNull(reason);
            Objects.requireNonNull(words);
        }

        /** With the words of the reason. */
        public Refused(Refusal reason) {
            this(reason, reason.words());
        }
    }

    /**
     * It cannot be known now, as who would know cannot be asked: 503, never 401, for the credential may be good.
     *
     * @param retryAfter when to ask again
     * @param words why, safe to show
     */
    record Unavailable(Duration retryAfter, String words) implements Verdict {
        public Unavailable {
            Objects.requireNonNull(retryAfter);
            Objects.requireNonNull(words);
        }
    }

    /**
     * Nobody looked at the credential: too many came, or too many wrong ones: 429.
     *
     * @param retryAfter when to come again
     * @param words why, safe to show
     */
    record Throttled(Duration retryAfter, String words) implements Verdict {
        public Throttled {
            Objects.requireNonNull(retryAfter);
            Objects.requireNonNull(words);
        }
    }

    /** What the function for its case makes of it. */
    default <T> T fold(
            Function<Authenticated, ? extends T> authenticated,
            Function<Refused, ? extends T> refused,
            Function<Unavailable, ? extends T> unavailable,
            Function<Throttled, ? extends T> throttled) {
        if (this instanceof Authenticated case1) {
            return authenticated.apply(case1);
        }
        if (this instanceof Refused case2) {
            return refused.apply(case2);
        }
        return this instanceof Unavailable case3 ? unavailable.apply(case3) : throttled.apply((Throttled) this);
    }
}
