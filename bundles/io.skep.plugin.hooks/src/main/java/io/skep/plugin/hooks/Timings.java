// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.plugin.base.Declination;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Times named operations from a call that says they begin to one that says they have ended. What has begun is nowhere but in
 * the id that the caller gets, which is signed by a key that is kept: so any number may be under way, and any generation or
 * server ends them. The last {@value #REMEMBERED} that ended are remembered, so that each ends once. Thread-safe.
 */
final class Timings {
    private static final String KEY = "timing-key";
    private static final int REMEMBERED = 10_000;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 8;
    private static final Duration LONGEST = Duration.ofDays(1);

    private final ConditionalState state;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Boolean> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** What has ended. */
    record Timed(String name, Duration took) {}

    Timings(ConditionalState state, Clock clock) {
        this.state = state;
        this.clock = clock;
    }

    /** An operation begins; its id. */
    CompletionStage<String> start(String name) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String said =
                name + '~' + micros(clock.instant()) + '~' + HexFormat.of().formatHex(nonce);
        return key().thenApply(key -> said + '~' + mac(key, said));
    }

    /** It has ended; ends as a {@link Declination} if that is no id, or was said before. */
    CompletionStage<Timed> end(String id) {
        String[] parts = id.split("~", -1);
        if (parts.length != 4) {
            throw new Declination("field \"id\" is none that \"start\" has given");
        }
        String said = id.substring(0, id.lastIndexOf('~'));
        return key().thenApply(key -> {
            boolean isOurs = MessageDigest.isEqual(
                    mac(key, said).getBytes(StandardCharsets.UTF_8), parts[3].getBytes(StandardCharsets.UTF_8));
            if (!isOurs) {
                throw new Declination("field \"id\" is none that \"start\" has given");
            }
            long took = micros(clock.instant()) - Long.parseLong(parts[1]);
            if (took > LONGEST.toNanos() / 1_000) {
                throw new Declination("that began more than a day ago");
            }
            synchronized (ended) {
                if (ended.putIfAbsent(parts[2], true) != null) {
                    throw new Declination("the end of that was said before");
                }
            }
            return new Timed(parts[0], Duration.of(Math.max(0, took), ChronoUnit.MICROS));
        });
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    /** The same for all generations, made by the first that needs it. */
    private CompletionStage<byte[]> key() {
        byte[] kept = kept();
        if (kept != null) {
            return CompletableFuture.completedFuture(kept);
        }
        byte[] made = new byte[KEY_BYTES];
        random.nextBytes(made);
        Document document = new Document(1, "{\"key\":\"" + HexFormat.of().formatHex(made) + "\"}");
        return state.change(new StateChange(Map.of(KEY, Optional.empty()), Map.of(KEY, Optional.of(document))))
                .thenApply(outcome -> {
                    byte[] now = kept();
                    if (now == null) {
                        throw new Declination("the key of timings was written by another version of the plugin");
                    }
                    return now;
                });
    }

    private byte @Nullable [] kept() {
        return state.get(KEY)
                .filter(document -> document.schema() == 1)
                .map(document -> document.json().replaceAll("[^:]*:\"([0-9a-f]*)\".*", "$1"))
                .filter(hex -> hex.length() == KEY_BYTES * 2)
                .map(HexFormat.of()::parseHex)
                .orElse(null);
    }

    private static String mac(byte[] key, String said) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] signed = mac.doFinal(said.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(signed, 0, 16);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA256", impossible);
        }
    }
}
