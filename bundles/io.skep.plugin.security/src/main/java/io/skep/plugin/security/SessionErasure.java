// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Has what a person said erased from the agents' sessions, which another plugin keeps. Thread-safe. */
final class SessionErasure {
    private final Function<IntegrationRequest, CompletionStage<IntegrationResponse>> calls;
    private final Codec codec;

    /** What is asked of {@code session_management/erase}. */
    record Asked(String author) {}

    /** What it answers. */
    record Answer(int sessions, int items) {}

    SessionErasure(Function<IntegrationRequest, CompletionStage<IntegrationResponse>> calls, Codec codec) {
        this.calls = calls;
        this.codec = codec;
    }

    /**
     * Erases.
     *
     * @return how many items are gone, or null if nobody offers sessions; ends with a {@link Declination} if they could not
     *     be erased, or not in time
     */
    CompletionStage<@Nullable Integer> erase(String person) {
        return calls.apply(new IntegrationRequest(
                        Capabilities.SESSION_MANAGEMENT, "erase", null, codec.write(new Asked(person))))
                .thenApply(response -> response.fold(
                        answered -> items(answered.data()),
                        declined -> remains(declined.reason()),
                        failed -> remains(failed.cause()),
                        timedOut -> remains("it takes longer than " + timedOut.after() + " and goes on"),
                        gone -> null));
    }

    private Integer items(String answer) {
        try {
            return codec.readKept(answer, Answer.class).items();
        } catch (JsonProcessingException unreadable) {
            return remains("the answer cannot be read");
        }
    }

    private static Integer remains(String why) {
        throw new Declination("the log is erased, and what is in sessions not yet: " + why + "; say the same again");
    }
}
