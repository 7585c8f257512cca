// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Sends requests to other nodes; connections are kept and used again. Thread-safe; never blocks. */
final class NodeClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int THREADS = 4;

    /** Of the connection to the caller, or made anew for the other node. */
    private static final Set<String> OWN = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "skep-asks",
            "skep-forwarded",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final ThreadPoolExecutor threads;
    private final HttpClient http;

    /**
     * A client.
     *
     * @param trust file of the authorities that signed the others' certificates, or null for those of the Java
     * @throws IllegalArgumentException if the file has none
     */
    NodeClient(@Nullable Path trust) {
        AtomicInteger number = new AtomicInteger();
        // What waits is bounded by the calls that are under way, each of which has one step at a time.
        threads = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "skep-forward-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(threads);
        if (trust != null) {
            builder.sslContext(trusting(trust));
        }
        http = builder.build();
    }

    private static SSLContext trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + number++, certificate);
            }
            if (number == 0) {
                throw new IllegalArgumentException("trust.file = " + file + " has no certificate in PEM");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("trust.file = " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * The request that another node gets for one that came here: with the caller's own headers, and so credentials.
     *
     * @param isAsking whether it only asks if the body would be taken
     * @throws IllegalArgumentException if it cannot be said in HTTP as it came
     */
    static HttpRequest request(
            HttpServletRequest came, String url, HttpRequest.BodyPublisher body, boolean isAsking, String seal) {
        String query = came.getQueryString();
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create(url + came.getRequestURI() + (query == null ? "" : '?' + query)))
                .method(came.getMethod(), body)
                .header(Seal.HEADER, seal);
        if (isAsking) {
            builder.header(HandedOn.ASKS, Long.toString(came.getContentLengthLong()));
        }
        for (String name : Collections.list(came.getHeaderNames())) {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                Collections.list(came.getHeaders(name)).forEach(value -> builder.header(name, value));
            }
        }
        return builder.build();
    }

    CompletableFuture<HttpResponse<RelayAnswer>> send(HttpRequest request) {
        boolean isHead = request.method().equals("HEAD");
        return http.sendAsync(request, info -> RelayAnswer.subscriber(info, isHead));
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
