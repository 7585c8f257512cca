// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import io.skep.client.Poll;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server with all plugins and nothing to do. What follows events must not be driven by what it writes itself. */
@ExtendWith(SharedServer.class)
class IdleIT {
    private static final Duration WATCHED = Duration.ofSeconds(10);
    private static final double MOST_PER_SECOND = 2;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Instance instance;

    IdleIT(Instance instance) {
        this.instance = instance;
    }

    private long records() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(instance.server().uri() + "/metrics"))
                .header("Authorization", "Bearer " + instance.server().token())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("skep_log_records_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void idleServer_writesNextToNothing() throws Exception {
        // Other tests may have left something that still ends.
        Instance.await("it writes at most " + MOST_PER_SECOND + " records a second", () -> {
            long before = records();
            Poll.pause(WATCHED);
            return records() - before <= MOST_PER_SECOND * WATCHED.toSeconds();
        });
    }
}
