// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.plugin.base.Codec;

/** CloudEvents 1.0 in structured JSON. */
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
}
