// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.http.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with. Immutable. The body is encoded late, on the thread that writes it, so that no thread
 * of core does.
 *
 * @param type content type, or null for no content
 * @param headers names and values in turn
 * @param feed what writes the content piece by piece, or null
 */
record Answer(
        int status,
        @Nullable String type,
        Supplier<byte[]> body,
        List<String> headers,
        @Nullable Feed feed) {
    static final String JSON = "application/json";
    private static final byte[] NOTHING = {};

    static Answer json(int status, Json.Value value) {
        return new Answer(status, JSON, () -> Json.bytes(value), List.of(), null);
    }

    static Answer bytes(String type, byte[] bytes) {
        return new Answer(200, type, () -> bytes, List.of(), null);
    }

    static Answer noContent() {
        return new Answer(204, null, () -> NOTHING, List.of(), null);
    }

    static Answer feed(String type, Feed feed) {
        return new Answer(200, type, () -> NOTHING, List.of(), feed);
    }

    Answer as(String contentType) {
        return new Answer(status, contentType, body, headers, feed);
    }

    Answer header(String name, String value) {
        List<String> more = new ArrayList<>(headers);
        more.add(name);
        more.add(value);
        return new Answer(status, type, body, more, feed);
    }

    /** Nobody is given this: what it holds goes. */
    void drop() {
        if (feed != null) {
            feed.close();
        }
    }

    CompletionStage<Answer> now() {
        return CompletableFuture.completedFuture(this);
    }
}
