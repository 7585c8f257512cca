// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came back as the body of another node's answer: one of the two is there.
 *
 * @param whole all of it, of a small one
 * @param stream what passes it on as it comes
 */
record RelayAnswer(byte @Nullable [] whole, @Nullable ResponseStream stream) {
    private static final int SMALL_BYTES = 32 * 1024;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** Of the connection between the nodes, or said by this node itself. */
    private static final Set<String> OWN = Set.of(
            "connection",
            "content-length",
            "content-type",
            "date",
            "keep-alive",
            "server",
            "skep-asks",
            "skep-not-serving",
            "strict-transport-security",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /**
     * Takes a small body whole.
     *
     * @param isHead whether the answer has the length of a body and no body
     */
    static BodySubscriber<RelayAnswer> subscriber(ResponseInfo info, boolean isHead) {
        long length = info.headers().firstValueAsLong("Content-Length").orElse(-1);
        boolean none = info.statusCode() == NO_CONTENT || info.statusCode() == NOT_MODIFIED;
        if (none || (!isHead && length >= 0 && length <= SMALL_BYTES)) {
            return BodySubscribers.mapping(BodySubscribers.ofByteArray(), whole -> new RelayAnswer(whole, null));
        }
        return BodySubscribers.mapping(
                new ResponseStream(length, EventFeed.LIFE), stream -> new RelayAnswer(null, stream));
    }

    /** The answer that says the same. */
    static Answer of(HttpResponse<RelayAnswer> response) {
        RelayAnswer body = response.body();
        List<String> headers = new ArrayList<>();
        response.headers().map().forEach((name, values) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                headers.add(name);
                headers.add(String.join(", ", values));
            }
        });
        byte[] whole = body.whole() == null ? new byte[0] : body.whole();
        String type = response.headers().firstValue("Content-Type").orElse(null);
        return new Answer(response.statusCode(), type, () -> whole, headers, body.stream());
    }

    /** Nobody is given it. */
    void drop() {
        if (stream != null) {
            stream.close();
        }
    }
}
