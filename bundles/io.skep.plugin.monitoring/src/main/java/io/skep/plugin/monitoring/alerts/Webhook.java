// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import io.skep.plugin.base.webhook.WebhookClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Sends deliveries by {@code POST}: JSON with the header {@code Skep-Delivery}, its id. Whoever answers 2xx in time has it.
 * Thread-safe.
 */
public final class Webhook implements AutoCloseable {
    private final URI uri;
    private final Duration timeout;
    private final Function<Object, String> json;
    private final WebhookClient client = new WebhookClient("skep-monitoring-webhook");

    /** To that address. */
    public Webhook(URI uri, Duration timeout, Function<Object, String> json) {
        this.uri = uri;
        this.timeout = timeout;
        this.json = json;
    }

    /** Sends one; ends exceptionally, with why, if it is not known to have arrived. */
    public CompletionStage<Void> send(Delivery delivery) {
        return client.post(
                        uri,
                        Map.of("Content-Type", "application/json", "Skep-Delivery", delivery.id()),
                        json.apply(delivery.body()),
                        timeout)
                .handle((reply, failed) -> {
                    if (failed != null) {
                        throw new CompletionException(new IOException(WebhookClient.reason(failed, timeout)));
                    }
                    if (!reply.isGood()) {
                        throw new CompletionException(new IOException("answered " + reply.status()));
                    }
                    return null;
                });
    }

    @Override
    public void close() {
        client.close();
    }
}
