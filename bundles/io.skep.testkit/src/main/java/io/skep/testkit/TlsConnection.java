// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A connection by TLS, whose handshake is over and on which calls are made one after the other. For one thread. */
public final class TlsConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final SSLSocket socket;
    private final BufferedReader in;

    /**
     * An answer.
     *
     * @param status of it
     * @param headers by their names in lower case
     * @param body as text
     */
    public record Answer(int status, Map<String, String> headers, String body) {}

    private TlsConnection(SSLSocket socket) throws IOException {
        this.socket = socket;
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** To a port of this machine's loopback; by all protocols of the client if none are named. */
    public static TlsConnection open(SSLContext client, int port, String... protocols) throws IOException {
        return open(client, InetAddress.getLoopbackAddress(), port, protocols);
    }

    /** To that address, whose name is not looked for in the certificate. */
    public static TlsConnection open(SSLContext client, InetAddress address, int port, String... protocols)
            throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket();
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.startHandshake();
            return new TlsConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Whose certificate the server showed. */
    public String server() throws IOException {
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    /** That was agreed on. */
    public String protocol() {
        return socket.getSession().getProtocol();
    }

    /** Asks for a path, with further lines in the head of the request; the answer must say its length. */
    public Answer get(String path, String... lines) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: elsewhere.example\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        String status = in.readLine();
        if (status == null) {
            throw new IOException("closed");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        char[] body = new char[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        int at = 0;
        while (at < body.length) {
            int count = in.read(body, at, body.length - at);
            if (count < 0) {
                throw new IOException("closed in the body");
            }
            at += count;
        }
        return new Answer(Integer.parseInt(status.split(" ", -1)[1]), headers, new String(body));
    }

    /** Whether the server has closed it, or does so within a minute; what it sent before is lost. */
    public boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
