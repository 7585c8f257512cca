// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads server-sent events one by one, blocking. For one thread; {@link #close()} may come from another. */
public final class EventReader implements AutoCloseable {
    private final BufferedReader lines;
    private String cursor = "";

    EventReader(InputStream body) {
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /**
     * The next event; empty at the end of the stream.
     *
     * @throws IOException when the connection breaks or is closed
     */
    public Optional<JsonNode> next() throws IOException {
        StringBuilder data = new StringBuilder();
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.startsWith("data:")) {
                data.append(line.substring(5).stripLeading()).append('\n');
            } else if (line.startsWith("id:")) {
                cursor = line.substring(3).strip();
            } else if (line.isEmpty() && data.length() > 0) {
                return Optional.of(Transport.JSON.readTree(data.toString()));
            }
        }
        return Optional.empty();
    }

    /** Where to go on after the last event that was read; empty before the first. */
    public String cursor() {
        return cursor;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
