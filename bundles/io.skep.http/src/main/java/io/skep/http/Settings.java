// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.osgi.service.component.ComponentException;

/**
 * The configuration of the edge.
 *
 * @param maxObjectBytes largest body that is one thing
 * @param maxArrayBytes largest body that is an array
 * @param maxJarBytes largest jar of a plugin
 * @param maxPayloadUploads how many payloads may be taken at once
 * @param maxEventStreams how many event streams may be open
 * @param requestTimeout how long a request may take besides the wait that it asks for
 */
record Settings(
        int maxObjectBytes,
        int maxArrayBytes,
        int maxJarBytes,
        int maxPayloadUploads,
        int maxEventStreams,
        Duration requestTimeout) {
    static final int OBJECT_BYTES = 1024 * 1024;
    static final int ARRAY_BYTES = 16 * 1024 * 1024;
    static final int JAR_BYTES = 64 * 1024 * 1024;
    static final int PAYLOAD_UPLOADS = 16;
    static final int EVENT_STREAMS = 64;
    static final int TIMEOUT_MILLIS = 30_000;

    static final Settings DEFAULT = new Settings(
            OBJECT_BYTES, ARRAY_BYTES, JAR_BYTES, PAYLOAD_UPLOADS, EVENT_STREAMS, Duration.ofMillis(TIMEOUT_MILLIS));

    private static final int MAX_BYTES = 256 * 1024 * 1024;

    Settings {
        List<String> wrong = new ArrayList<>();
        check("max.object.bytes", maxObjectBytes, 1024, MAX_BYTES, wrong);
        check("max.array.bytes", maxArrayBytes, 1024, MAX_BYTES, wrong);
        check("max.jar.bytes", maxJarBytes, 1024, MAX_BYTES, wrong);
        check("max.payload.uploads", maxPayloadUploads, 0, 1000, wrong);
        check("max.event.streams", maxEventStreams, 0, 10_000, wrong);
        check("request.timeout.millis", requestTimeout.toMillis(), 100, 600_000, wrong);
        refuse(wrong);
    }

    /**
     * The settings that the configuration says.
     *
     * @throws IllegalArgumentException naming every property whose value is no number, or else is out of its limits
     */
    static Settings of(
            IntSupplier objectBytes,
            IntSupplier arrayBytes,
            IntSupplier jarBytes,
            IntSupplier payloadUploads,
            IntSupplier eventStreams,
            IntSupplier timeoutMillis) {
        List<String> wrong = new ArrayList<>();
        int object = read("max.object.bytes", objectBytes, OBJECT_BYTES, wrong);
        int array = read("max.array.bytes", arrayBytes, ARRAY_BYTES, wrong);
        int jar = read("max.jar.bytes", jarBytes, JAR_BYTES, wrong);
        int uploads = read("max.payload.uploads", payloadUploads, PAYLOAD_UPLOADS, wrong);
        int streams = read("max.event.streams", eventStreams, EVENT_STREAMS, wrong);
        int timeout = read("request.timeout.millis", timeoutMillis, TIMEOUT_MILLIS, wrong);
        refuse(wrong);
        return new Settings(object, array, jar, uploads, streams, Duration.ofMillis(timeout));
    }

    private static int read(String property, IntSupplier value, int other, List<String> wrong) {
        try {
            return value.getAsInt();
        } catch (ComponentException | NumberFormatException e) {
            wrong.add(property + " is not a whole number");
            return other;
        }
    }

    private static void check(String property, long value, int min, int max, List<String> wrong) {
        if (value < min || value > max) {
            wrong.add(property + " = " + value + " is not within " + min + " and " + max);
        }
    }

    private static void refuse(List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", wrong));
        }
    }
}
