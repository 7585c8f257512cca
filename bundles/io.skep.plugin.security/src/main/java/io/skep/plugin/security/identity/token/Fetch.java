// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.skep.plugin.base.PluginThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to a provider: one deadline for all of an answer (a provider that sends a byte now and then cannot hold a thread), a
 * longest answer, no redirects, and no plain HTTP but to this machine. Thread-safe. Its threads are as many as its calls
 * at a time, which the callers bound, and end with {@link #close()}.
 */
public final class Fetch implements HTTPRequestSender, AutoCloseable {
    private final ExecutorService threads =
            Executors.newCachedThreadPool(work -> PluginThreads.daemon(work, "skep-identity-http"));
    /** Made when it is needed: it has a thread that ends only some time after nobody holds it any more. */
    private @Nullable HttpClient client;

    private final Duration timeout;
    private final int maxBytes;

    /** With a deadline of {@code timeout} for each call, and answers of {@code maxBytes} at most. */
    public Fetch(Duration timeout, int maxBytes) {
        this.timeout = timeout;
        this.maxBytes = maxBytes;
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .executor(threads)
                    .connectTimeout(timeout)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
        }
        return client;
    }

    /** Whether it may be asked: by HTTPS, or on this machine. */
    static boolean isSafe(URI uri) {
        String host = uri.getHost();
        if (host == null || uri.getUserInfo() != null) {
            return false;
        }
        boolean local = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        return "https".equals(uri.getScheme()) || (local && "http".equals(uri.getScheme()));
    }

    /**
     * The text of a document.
     *
     * @throws IOException if it is not there in time, or too long
     */
    String get(URI uri) throws IOException {
        HttpResponse<byte[]> answer = call(uri, HttpRequest.newBuilder().GET().header("Accept", "application/json"));
        if (answer.statusCode() != HTTPResponse.SC_OK) {
            throw new IOException(uri + " answered " + answer.statusCode());
        }
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** Sends a request of the OAuth library. */
    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        String body = request.getBody();
        HttpRequest.Builder builder = HttpRequest.newBuilder()
                .method(request.getMethod().name(), HttpRequest.BodyPublishers.ofString(body == null ? "" : body));
        for (Map.Entry<String, List<String>> header : request.getHeaderMap().entrySet()) {
            header.getValue().forEach(value -> builder.header(header.getKey(), value));
        }
        HttpResponse<byte[]> answer = call(request.getURI(), builder);
        HTTPResponse response = new HTTPResponse(answer.statusCode());
        try {
            response.setContentType(answer.headers().firstValue("Content-Type").orElse("application/json"));
        } catch (ParseException malformed) {
            throw new IOException("the content type is malformed", malformed);
        }
        response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return response;
    }

    private HttpResponse<byte[]> call(URI uri, HttpRequest.Builder request) throws IOException {
        if (!isSafe(uri)) {
            throw new IOException("plain HTTP is for this machine only: " + uri);
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client().sendAsync(request.uri(uri).build(), head -> new LimitedBody(maxBytes));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException(uri + " did not answer within " + timeout.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw new IOException(uri + " cannot be asked: " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(uri + ": interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
