// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import io.skep.api.Refusal;
import io.skep.api.task.Usage;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says about an attempt. Which members may be there depends on the call.
 *
 * @param task only in a batch
 * @param token the fencing token
 * @param agent whose attempt it is; for the administrator only
 * @param result JSON text
 * @param usage what the attempt has used so far
 */
public record AttemptJson(
        @Nullable String task,
        long token,
        @Nullable String agent,
        @Nullable String progress,
        @Nullable String result,
        @Nullable String error,
        boolean retryable,
        @Nullable String prompt,
        @Nullable Usage usage) {

    /**
     * Reads one.
     *
     * @param members besides {@code token} and {@code agent}, which every call takes
     */
    public static AttemptJson read(JsonInput in, Set<String> members) throws IOException {
        Draft draft = new Draft();
        in.object(member -> draft.member(in, member, members));
        long token = in.required("token", draft.token);
        if (members.contains("task")) {
            in.required("task", draft.task);
        }
        if (members.contains("error")) {
            in.required("error", draft.error);
        }
        if (members.contains("prompt")) {
            in.required("prompt", draft.prompt);
        }
        return new AttemptJson(
                draft.task,
                token,
                draft.agent,
                draft.progress,
                draft.result,
                draft.error,
                draft.retryable,
                draft.prompt,
                draft.usage);
    }

    private static final class Draft {
        private @Nullable String task;
        private @Nullable Long token;
        private @Nullable String agent;
        private @Nullable String progress;
        private @Nullable String result;
        private @Nullable String error;
        private boolean retryable = true;
        private @Nullable String prompt;
        private @Nullable Usage usage;

        void member(JsonInput in, String member, Set<String> members) throws IOException {
            if (member.equals("token")) {
                token = token(in);
            } else if (member.equals("agent")) {
                agent = in.string();
            } else if (members.contains(member)) {
                own(in, member);
            } else {
                throw in.unknown();
            }
        }

        private void own(JsonInput in, String member) throws IOException {
            switch (member) {
                case "task" -> task = in.string();
                case "progress" -> progress = in.string();
                case "result" -> result = in.raw();
                case "error" -> error = in.string();
                case "retryable" -> retryable = in.bool(true);
                case "prompt" -> prompt = in.string();
                case "usage" -> usage = BudgetJson.usage(in);
                default -> throw in.unknown();
            }
        }

        private static @Nullable Long token(JsonInput in) throws IOException {
            Long value = in.whole();
            if (value != null && value < 1) {
                throw in.invalid("must be at least 1");
            }
            return value;
        }
    }

    /** {@link #error()} where the call requires it. */
    public String requiredError() {
        return present("error", error);
    }

    /** {@link #prompt()} where the call requires it. */
    public String requiredPrompt() {
        return present("prompt", prompt);
    }

    /** {@link #task()} where the call requires it. */
    public String requiredTask() {
        return present("task", task);
    }

    private static String present(String member, @Nullable String value) {
        if (value == null) {
            throw Refusal.invalid(member, member + " is required");
        }
        return value;
    }
}
