// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.plugin.base.webhook.Destination;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where traces go. Immutable.
 *
 * @param endpoint the receiver's URL for traces, or null for nowhere
 * @param headers a file with headers of the requests, one {@code Name: value} a line, or null for none
 * @param service the name of the service whose spans they are
 * @param timeout of one request
 */
record Tracing(@Nullable URI endpoint, @Nullable Path headers, String service, Duration timeout) {
    /** None. */
    static final Tracing OFF = new Tracing(null, null, "skep", Duration.ofSeconds(10));

    static Tracing of(Config config) {
        String endpoint = config.traces_endpoint();
        if (config.traces_service().isBlank()) {
            throw new IllegalArgumentException("traces.service must not be empty");
        }
        return new Tracing(
                endpoint.isBlank() ? null : Destination.of("traces.endpoint", endpoint, Settings.isPlainForAny(config)),
                Settings.path("traces.headers", config.traces_headers()),
                config.traces_service(),
                Duration.ofMillis(
                        Settings.within("traces.timeout.millis", config.traces_timeout_millis(), 100, 60_000)));
    }

    /** The same to another receiver. */
    Tracing to(URI other) {
        return new Tracing(other, headers, service, timeout);
    }
}
