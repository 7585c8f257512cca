// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.plugin.base.Codec;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** CloudEvents 1.0 in structured JSON, and their signatures as Standard Webhooks has them. */
final class CloudEvents {
    /** Of a body. */
    static final String MEDIA_TYPE = "application/cloudevents+json; charset=UTF-8";

    /** From where all of them come. */
    static final String SOURCE = "/skep";

    private CloudEvents() {}

    static String body(HookSpec hook, Happening happening, Codec codec) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("specversion", "1.0")
                .put("id", happening.id())
                .put("source", SOURCE)
                .put("type", "io.skep." + happening.type())
                .put("subject", happening.subject())
                .put("time", happening.at().toString())
                .put("datacontenttype", "application/json");
        json.set("data", happening.json(hook.called(), codec));
        return json.toString();
    }

    /**
     * The signature: HMAC-SHA256 of id, time and body with dots between, in base 64, after the version of the scheme.
     *
     * @param seconds since 1970
     */
    static String signature(byte[] secret, String id, long seconds, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] signed = mac.doFinal((id + '.' + seconds + '.' + body).getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(signed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA256", impossible);
        }
    }
}
