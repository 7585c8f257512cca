// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a receiver knows the sender and doubles by, as Standard Webhooks 1.0 has it. */
public final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /** The headers of a message that is signed: its id, when, and the signature. */
    public static Map<String, String> headers(byte[] secret, String id, long seconds, String body) {
        return Map.of(
                "Webhook-Id",
                id,
                "Webhook-Timestamp",
                Long.toString(seconds),
                "Webhook-Signature",
                of(secret, id, seconds, body));
    }

    /**
     * The signature: HMAC-SHA256 of id, time and body with dots between, in base 64, after the version of the scheme.
     *
     * @param seconds since 1970
     */
    public static String of(byte[] secret, String id, long seconds, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] signed = mac.doFinal((id + '.' + seconds + '.' + body).getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(signed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA256", impossible);
        }
    }
}
