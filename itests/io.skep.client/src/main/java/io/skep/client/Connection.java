// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.net.URIAuthority;

/**
 * One kept-alive HTTP/1.1 connection, over Apache HttpCore's blocking one: client and server share a machine here, and
 * it takes a fraction of the processor time of the JDK's client (docs/benchmarks.md). For one thread.
 */
public final class Connection implements Closeable {
    private static final HttpRequestExecutor EXECUTOR = new HttpRequestExecutor();
    private static final HttpProcessor PROCESSOR = HttpProcessors.client("skep-client");
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final byte[] NOTHING = {};

    private final URIAuthority authority;
    private final DefaultBHttpClientConnection connection;

    /** Connects. */
    public Connection(URI server) throws IOException {
        authority = new URIAuthority(server.getHost(), server.getPort());
        connection = new DefaultBHttpClientConnection(Http1Config.DEFAULT);
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        connection.bind(socket);
    }

    /**
     * What came back.
     *
     * @param status of HTTP
     * @param body as it was sent, perhaps empty
     */
    public record Answer(int status, byte[] body) {
        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * One call.
     *
     * @param body JSON, or empty for none
     * @return the answer's body
     * @throws IOException if there is none, or it is a refusal
     */
    public byte[] post(String path, String token, byte[] body) throws IOException {
        Answer answer = ask(path, token, body);
        if (answer.status() >= 400) {
            throw new IOException(path + ": " + answer.status() + " " + answer.text());
        }
        return answer.body();
    }

    /**
     * One call, whatever comes of it.
     *
     * @param body JSON, or empty for none
     * @throws IOException if there is no answer
     */
    public Answer ask(String path, String token, byte[] body) throws IOException {
        BasicClassicHttpRequest request = new BasicClassicHttpRequest("POST", path);
        request.setScheme("http");
        request.setAuthority(authority);
        request.addHeader("Authorization", "Bearer " + token);
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        HttpCoreContext context = HttpCoreContext.create();
        try {
            EXECUTOR.preProcess(request, PROCESSOR, context);
            try (ClassicHttpResponse response = EXECUTOR.execute(request, connection, context)) {
                EXECUTOR.postProcess(response, PROCESSOR, context);
                HttpEntity entity = response.getEntity();
                return new Answer(response.getCode(), entity == null ? NOTHING : EntityUtils.toByteArray(entity));
            }
        } catch (HttpException e) {
            throw new IOException(path + ": no HTTP", e);
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
