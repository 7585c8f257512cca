// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.util.concurrent.atomic.LongAdder;

/** Counts requests. Thread-safe. */
final class Meters {
    /** Upper bounds of the histogram's buckets, in microseconds. */
    private static final long[] BOUNDS = {
        250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000
    };

    private final LongAdder[] classes = adders(6);
    private final LongAdder[] buckets = adders(BOUNDS.length + 1);
    private final LongAdder nanos = new LongAdder();

    /**
     * Counts an answer.
     *
     * @param tookNanos how long it took, or -1 if the client asked to wait
     */
    void answered(int status, long tookNanos) {
        classes[Math.min(5, status / 100)].increment();
        if (tookNanos >= 0) {
            nanos.add(tookNanos);
            int bucket = 0;
            while (bucket < BOUNDS.length && tookNanos > BOUNDS[bucket] * 1000) {
                bucket++;
            }
            buckets[bucket].increment();
        }
    }

    /** Counts a request whose answer did not reach the client. */
    void broken() {
        classes[0].increment();
    }

    /** Appends what was counted. */
    void write(PrometheusText text) {
        text.head("skep_http_requests_total", "counter", "Requests by class of status; broken: the client went away.");
        text.sample("skep_http_requests_total", "class=\"broken\"", classes[0].sum());
        for (int i = 1; i < classes.length; i++) {
            text.sample("skep_http_requests_total", "class=\"" + i + "xx\"", classes[i].sum());
        }
        String name = "skep_http_request_duration_seconds";
        text.head(name, "histogram", "Time to answer, of requests that did not ask to wait.");
        long count = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            count += buckets[i].sum();
            text.sample(name + "_bucket", "le=\"" + BOUNDS[i] / 1e6 + "\"", count);
        }
        count += buckets[BOUNDS.length].sum();
        text.sample(name + "_bucket", "le=\"+Inf\"", count);
        text.sample(name + "_sum", "", nanos.sum() / 1e9);
        text.sample(name + "_count", "", count);
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }
}
