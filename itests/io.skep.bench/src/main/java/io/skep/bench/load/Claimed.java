// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A task given to an agent, as far as a benchmark looks at it.
 *
 * @param id the task's
 * @param token of the attempt
 * @param name the task's, or empty
 */
public record Claimed(String id, long token, String name) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads id, token and name of each task in the answer to a claim, and skips the rest. */
    public static List<Claimed> read(byte[] answer) throws IOException {
        List<Claimed> tasks = new ArrayList<>();
        try (JsonParser json = JSON.createParser(answer)) {
            if (json.nextToken() == null) {
                return tasks;
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                tasks.add(readOne(json));
            }
        }
        return tasks;
    }

    private static Claimed readOne(JsonParser json) throws IOException {
        String id = "";
        String name = "";
        long token = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "id" -> id = json.getText();
                case "name" -> name = json.getText();
                case "token" -> token = json.getLongValue();
                default -> json.skipChildren();
            }
        }
        return new Claimed(id, token, name);
    }
}
