// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A connection on which a test writes what it likes. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    /** An answer; header names in lower case. */
    record Answered(int status, Map<String, String> headers, String body) {}

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The head of a request, with the administrator's token unless there is another one among the headers. */
    static String head(String line, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        String token = more.contains("Authorization: ") ? "" : "Authorization: Bearer " + FakeCore.ADMIN + "\r\n";
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + token + more + "\r\n";
    }

    /** A whole request with a body. */
    static String request(String line, String body) {
        return head(line, "Content-Length: " + body.length()) + body;
    }

    Wire write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    String line() throws IOException {
        return in.readLine();
    }

    /** Status line and headers. */
    Answered readHead() throws IOException {
        String status = in.readLine();
        if (status == null) {
            throw new IOException("closed");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Answered(Integer.parseInt(status.split(" ")[1]), headers, "");
    }

    /** A whole answer whose length was told. */
    Answered read() throws IOException {
        Answered head = readHead();
        int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
        char[] body = new char[length];
        for (int at = 0; at < length; ) {
            int count = in.read(body, at, length - at);
            if (count < 0) {
                throw new IOException("closed in the body");
            }
            at += count;
        }
        return new Answered(head.status(), head.headers(), new String(body));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
