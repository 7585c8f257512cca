// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.webhook.Destination;
import io.skep.plugin.base.webhook.Signature;
import io.skep.plugin.base.webhook.WebhookClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Posts {@link CloudEvents} to webhooks. A status of 200 to 299 is good, any other a failure. Thread-safe. */
final class Webhooks implements Target, AutoCloseable {
    private static final int MAX_SECRET = 1_024;

    private final @Nullable Path secrets;
    private final boolean isPlainForAny;
    private final Codec codec;
    private final Clock clock;
    private final WebhookClient client = new WebhookClient("skep-hooks-web");

    /** @param isPlainForAny whether plain HTTP may leave this machine */
    Webhooks(@Nullable Path secrets, boolean isPlainForAny, Codec codec, Clock clock) {
        this.secrets = secrets;
        this.isPlainForAny = isPlainForAny;
        this.codec = codec;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Outcome> call(HookSpec hook, Happening happening) {
        String body;
        Map<String, String> headers;
        try {
            check(hook);
            body = CloudEvents.body(hook, happening, codec);
            headers = headers(hook, happening, body);
        } catch (Declination | IOException wrong) {
            return CompletableFuture.completedFuture(Outcome.failed(String.valueOf(wrong.getMessage())));
        }
        return client.post(hook.uri(), headers, body, hook.timeout())
                .handle((reply, failure) -> failure == null
                        ? judge(hook, reply)
                        : Outcome.failed(WebhookClient.reason(failure, hook.timeout())));
    }

    /**
     * Whether it may be called.
     *
     * @throws Declination if not
     */
    void check(HookSpec hook) {
        if (!Destination.isAllowed(hook.uri(), isPlainForAny)) {
            throw new Declination("field \"url\"" + Destination.RULE);
        }
    }

    private Map<String, String> headers(HookSpec hook, Happening happening, String body) throws IOException {
        long seconds = clock.instant().getEpochSecond();
        Map<String, String> headers = new HashMap<>(Map.of(
                "Content-Type",
                CloudEvents.MEDIA_TYPE,
                "User-Agent",
                "skep-hooks",
                "Webhook-Id",
                happening.id(),
                "Webhook-Timestamp",
                Long.toString(seconds)));
        String name = hook.secret();
        if (name != null) {
            headers.putAll(Signature.headers(secret(name), happening.id(), seconds, body));
        }
        return headers;
    }

    /**
     * The content of a secret's file, without the white space around it; read each time, so that it can be changed.
     *
     * @throws Declination if there is none
     */
    byte[] secret(String name) throws IOException {
        if (secrets == null) {
            throw new Declination("webhooks cannot sign: no directory is configured for secrets");
        }
        Path file = secrets.resolve(name);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_SECRET) {
            throw new Declination("there is no secret " + name + " in the directory for secrets of hooks");
        }
        String secret = Files.readString(file).strip();
        if (secret.isEmpty()) {
            throw new Declination("the secret " + name + " is empty");
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    private Outcome judge(HookSpec hook, WebhookClient.Reply reply) {
        if (!reply.isGood()) {
            return Outcome.failed("it answered " + reply.status());
        }
        String body = reply.body().strip();
        return hook.isBefore() && body.startsWith("{")
                ? Outcome.said(body, codec)
                : Outcome.passed("it answered " + reply.status());
    }

    @Override
    public void close() {
        client.close();
    }
}
