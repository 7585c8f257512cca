// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What is asked of, and answered by, the operations of {@code sleep_wake_cycles}, as JSON (docs/sleep.md). */
public final class SleepCodec {
    private SleepCodec() {}

    /**
     * The answer.
     *
     * @param ready whether all is well
     * @param remark in words, or empty
     */
    public record Answer(boolean ready, String remark) {}

    /** The question. */
    public static String question(String agent, String cause) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("agent", agent);
            out.writeStringField("cause", cause);
            out.writeEndObject();
        });
        return new String(json, StandardCharsets.UTF_8);
    }

    /**
     * The answer to it.
     *
     * @throws IOException if it is none
     */
    public static Answer answer(String data) throws IOException {
        Draft draft = new Draft();
        return Json.parse(data.getBytes(StandardCharsets.UTF_8), in -> {
            Json.object(in, draft::read);
            return new Answer(draft.ready, draft.remark);
        });
    }

    private static final class Draft {
        private boolean ready;
        private String remark = "";

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "ready" -> ready = in.getBooleanValue();
                case "remark" -> remark = in.getText();
                default -> {}
            }
        }
    }
}
