// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.bootstrap.AsyncRequesterBootstrap;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncRequester;
import org.apache.hc.core5.http.nio.AsyncClientEndpoint;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.apache.hc.core5.util.Timeout;

/**
 * Opens kept-alive HTTP/1.1 connections to one server, over Apache HttpCore's asynchronous ones: two threads for all of
 * them. Thread-safe.
 */
public final class AsyncHttp implements Closeable {
    private static final int THREADS = 2;
    private static final int BUFFER_BYTES = 2_048;

    /** Longer than any claim waits. HttpCore takes the time to connect for that of a silence too. */
    private static final Timeout SILENCE = Timeout.ofSeconds(120);

    private final HttpHost host;
    private final HttpAsyncRequester requester;

    /**
     * Begins with none.
     *
     * @param connections how many there may be at once
     */
    public AsyncHttp(URI server, int connections) {
        host = new HttpHost(server.getScheme(), server.getHost(), server.getPort());
        requester = AsyncRequesterBootstrap.bootstrap()
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(THREADS)
                        .setTcpNoDelay(true)
                        .setSoTimeout(SILENCE)
                        .build())
                .setHttp1Config(Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
                .setHttpProcessor(HttpProcessors.client("skep-bench"))
                .setMaxTotal(connections)
                .setDefaultMaxPerRoute(connections)
                .create();
        requester.start();
    }

    /** A new connection, or why there is none. */
    public CompletableFuture<Wire> connect() {
        CompletableFuture<Wire> opened = new CompletableFuture<>();
        try {
            connect(opened);
        } catch (IOReactorShutdownException closed) {
            opened.completeExceptionally(closed);
        }
        return opened;
    }

    private void connect(CompletableFuture<Wire> opened) {
        requester.connect(host, SILENCE, null, new FutureCallback<>() {
            @Override
            public void completed(AsyncClientEndpoint endpoint) {
                opened.complete(new Wire(host, endpoint));
            }

            @Override
            public void failed(Exception cause) {
                opened.completeExceptionally(cause);
            }

            @Override
            public void cancelled() {
                opened.completeExceptionally(new IOException("the client was closed"));
            }
        });
    }

    /** Breaks every connection off. */
    @Override
    public void close() {
        requester.close(CloseMode.IMMEDIATE);
    }
}
