// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncClientEndpoint;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.nio.support.BasicResponseConsumer;

/** One connection, for one call at a time. Calls may be made by any thread. */
public final class Wire {
    private static final byte[] NOTHING = {};

    private final HttpHost host;
    private final AsyncClientEndpoint endpoint;

    Wire(HttpHost host, AsyncClientEndpoint endpoint) {
        this.host = host;
        this.endpoint = endpoint;
    }

    /**
     * Makes a call; the answer comes on a thread of the connections, which must not be held up.
     *
     * @param token the bearer's
     * @param body JSON, or empty for none
     */
    public CompletableFuture<Reply> post(String path, String token, byte[] body) {
        BasicHttpRequest request = new BasicHttpRequest("POST", host, path);
        request.addHeader("Authorization", "Bearer " + token);
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        endpoint.execute(
                new BasicRequestProducer(request, new BasicAsyncEntityProducer(body, ContentType.APPLICATION_JSON)),
                new BasicResponseConsumer<>(new BasicAsyncEntityConsumer()),
                new FutureCallback<Message<HttpResponse, byte[]>>() {
                    @Override
                    public void completed(Message<HttpResponse, byte[]> message) {
                        reply.complete(reply(message));
                    }

                    @Override
                    public void failed(Exception cause) {
                        reply.completeExceptionally(cause);
                    }

                    @Override
                    public void cancelled() {
                        reply.completeExceptionally(new IOException("the connection was closed"));
                    }
                });
        return reply;
    }

    private static Reply reply(Message<HttpResponse, byte[]> message) {
        Header retryAfter = message.getHead().getFirstHeader("Retry-After");
        byte[] body = message.getBody();
        return new Reply(
                message.getHead().getCode(),
                retryAfter == null ? null : retryAfter.getValue(),
                body == null ? NOTHING : body);
    }

    /** Whether the server has not closed it. */
    public boolean isOpen() {
        return endpoint.isConnected();
    }

    /** Breaks it off, whatever call is under way. */
    public void close() {
        endpoint.releaseAndDiscard();
    }
}
