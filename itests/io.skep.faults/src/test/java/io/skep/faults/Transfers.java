// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import io.skep.client.SkepServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/** Payloads of any size, up and down, without holding them in memory. */
final class Transfers {
    static final String PATH = "/api/v1/payloads";
    static final int LIMIT = 64 << 20;

    private final SkepServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Transfers(SkepServer server) {
        this.server = server;
    }

    /** Always the same bytes of that length, which do not compress. */
    static InputStream bytes(int length) {
        Random random = new Random(length);
        return new InputStream() {
            private int left = length;

            @Override
            public int read() {
                throw new UnsupportedOperationException("byte by byte");
            }

            @Override
            public int read(byte[] block, int offset, int count) {
                if (left == 0) {
                    return -1;
                }
                byte[] next = new byte[Math.min(left, Math.min(count, 8192))];
                random.nextBytes(next);
                System.arraycopy(next, 0, block, offset, next.length);
                left -= next.length;
                return next.length;
            }
        };
    }

    /** Their hash. */
    static String sha256(int length) throws IOException {
        return hex(bytes(length));
    }

    private static String hex(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (in) {
                in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The reference of {@link #bytes}. */
    static String reference(int length) throws IOException {
        return "{\"$payload\":\"sha256:" + sha256(length) + "\",\"bytes\":" + length + "}";
    }

    /** Sends {@link #bytes}, with or without telling their length before. */
    HttpResponse<String> up(int length, boolean chunked) throws IOException, InterruptedException {
        BodyPublisher stream = BodyPublishers.ofInputStream(() -> bytes(length));
        BodyPublisher body = chunked ? stream : BodyPublishers.fromPublisher(stream, length);
        HttpRequest request = request("").POST(body).build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** The hash of what the server gives for a hash. */
    String down(String sha256) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(request("/" + sha256).GET().build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " for " + sha256);
        }
        return hex(answer.body());
    }

    private HttpRequest.Builder request(String rest) throws IOException {
        return HttpRequest.newBuilder(URI.create(server.uri() + PATH + rest))
                .header("Authorization", "Bearer " + server.token())
                .timeout(Duration.ofMinutes(3));
    }
}
