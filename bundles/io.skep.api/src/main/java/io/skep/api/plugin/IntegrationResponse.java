// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a call of a capability ended. Every ending has a name. Immutable. */
public sealed interface IntegrationResponse {
    /**
     * The plugin did what was asked.
     *
     * @param data JSON text of the operation's output type
     * @param by who answered; said by core, null in what a plugin itself makes
     */
    record Answered(String data, @Nullable Provider by) implements IntegrationResponse {
        public Answered {
            Objects.requireNonNull(data);
        }

        /** As plugins make it. */
        public Answered(String data) {
            this(data, null);
        }
    }

    /**
     * A generation of a plugin, as callers see it.
     *
     * @param plugin its name
     * @param version of its bundle
     * @param generation number of its registration
     */
    record Provider(String plugin, String version, long generation) {
        public Provider {
            Objects.requireNonNull(plugin);
            Objects.requireNonNull(version);
        }
    }

    /**
     * The plugin will not: the request is wrong, or policy forbids it. Nothing changed.
     *
     * @param reason in words
     */
    record Declined(String reason) implements IntegrationResponse {
        public Declined {
            Objects.requireNonNull(reason);
        }
    }

    /**
     * The plugin broke.
     *
     * @param plugin its name
     * @param cause in words
     */
    record Failed(String plugin, String cause) implements IntegrationResponse {
        public Failed {
            Objects.requireNonNull(plugin);
            Objects.requireNonNull(cause);
        }
    }

    /**
     * The plugin did not answer in time; whether it did what was asked is unknown.
     *
     * @param plugin its name
     * @param after how long it had
     */
    record TimedOut(String plugin, Duration after) implements IntegrationResponse {
        public TimedOut {
            Objects.requireNonNull(plugin);
            Objects.requireNonNull(after);
        }
    }

    /**
     * Nobody offers the capability or operation to this caller now: there is no provider, it is switched off, or it has
     * more calls than it takes. Nothing changed; the caller goes on with base behaviour or comes back.
     *
     * @param reason in words
     * @param retryAfter when to try again, where that may help; or null
     */
    record Gone(String reason, @Nullable Duration retryAfter) implements IntegrationResponse {
        public Gone {
            Objects.requireNonNull(reason);
        }

        /** Gone, and nobody knows for how long. */
        public Gone(String reason) {
            this(reason, null);
        }
    }

    /**
     * The one way to tell the endings apart.
     *
     * @param <R> what each becomes
     */
    default <R> R fold(
            Function<Answered, R> answered,
            Function<Declined, R> declined,
            Function<Failed, R> failed,
            Function<TimedOut, R> timedOut,
            Function<Gone, R> gone) {
        if (this instanceof Answered a) {
            return answered.apply(a);
        } else if (this instanceof Declined d) {
            return declined.apply(d);
        } else if (this instanceof Failed f) {
            return failed.apply(f);
        } else if (this instanceof TimedOut t) {
            return timedOut.apply(t);
        }
        return gone.apply((Gone) this);
    }
}
