// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.security;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * One caller on one connection that asks for the same thing at a fixed rate, whether or not the last answer has come. Times
 * are counted from when a call was due, so that one slow answer shows in those behind it.
 */
final class Gets {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;
    private final String method;
    private final String body;
    private final int expected;

    /** Calls that are answered with {@code expected}. */
    Gets(URI uri, String method, String body, int expected) {
        this.uri = uri;
        this.method = method;
        this.body = body;
        this.expected = expected;
    }

    /** Adds the times of {@code calls} calls, in nanoseconds. */
    void run(String token, int calls, int perSecond, Histogram into) throws IOException, InterruptedException {
        run(Collections.nCopies(calls, token), perSecond, into);
    }

    /** Adds the times of a call with each of the tokens, in nanoseconds. */
    void run(List<String> tokens, int perSecond, Histogram into) throws IOException, InterruptedException {
        long every = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long due = System.nanoTime();
        for (String token : tokens) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            once(token);
            into.recordValue(System.nanoTime() - due);
            due += every;
        }
    }

    private void once(String token) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, publisher)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException(uri + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
