// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.LocalProgram;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task as JSON: with everything or, in the log, without what is as it was before, which is the specification after the
 * submission, and selection and review after they were made.
 */
public final class TaskCodec {
    private TaskCodec() {}

    /** The task with everything. */
    public static byte[] encode(Task task) {
        return Json.bytes(out -> write(out, task, null));
    }

    /** The inverse of {@link #encode}. */
    public static Task decode(byte[] body) throws IOException {
        return Json.parse(body, in -> read(in, id -> null));
    }

    /** Writes what differs from {@code before}, or everything for null. */
    static void write(JsonGenerator out, Task task, @Nullable Task before) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", task.id());
        out.writeStringField("state", task.state().wire());
        out.writeStringField("cause", task.cause());
        Json.instant(out, "since", task.since());
        Json.strings(out, "waitingFor", task.waitingFor());
        Json.instant(out, "notBefore", task.notBefore());
        attempts(out, task.attempts());
        Json.string(out, "progress", task.progress());
        Json.string(out, "prompt", task.prompt());
        Json.string(out, "answer", task.answer());
        Json.string(out, "result", task.result());
        Json.string(out, "error", task.error());
        Json.instant(out, "queuedAt", task.queuedAt());
        if (task.releasedAt() != 0) {
            out.writeNumberField("releasedAt", task.releasedAt());
        }
        TreeUsage spent = task.spent();
        if (spent != null) {
            out.writeFieldName("spent");
            BudgetCodec.write(out, spent);
        }
        // The log keeps a specification with the first change of a task, and again when it is another one.
        boolean withSpec = before == null || !before.spec().equals(task.spec());
        said(out, task, withSpec ? null : before);
        if (withSpec) {
            Json.instant(out, "submittedAt", task.submittedAt());
            out.writeFieldName("spec");
            SpecCodec.write(out, task.spec());
        }
        out.writeEndObject();
    }

    /** Writes what was said of the task on its way, as far as it is not as {@code before}. */
    private static void said(JsonGenerator out, Task task, @Nullable Task before) throws IOException {
        if (!Objects.equals(task.selection(), before == null ? null : before.selection())) {
            out.writeFieldName("selection");
            SelectionCodec.write(out, task.selection());
        }
        if (!Objects.equals(task.review(), before == null ? null : before.review())) {
            out.writeFieldName("review");
            ReviewCodec.write(out, task.review());
        }
    }

    /** Reads the task that {@code in} stands at; {@code known} gives the task before, whose specification it keeps. */
    static Task read(JsonParser in, Function<String, @Nullable Task> known) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return draft.build(known);
    }

    private static void attempts(JsonGenerator out, List<Attempt> attempts) throws IOException {
        if (!attempts.isEmpty()) {
            out.writeArrayFieldStart("attempts");
            for (Attempt attempt : attempts) {
                write(out, attempt);
            }
            out.writeEndArray();
        }
    }

    private static void write(JsonGenerator out, Attempt attempt) throws IOException {
        out.writeStartObject();
        out.writeNumberField("token", attempt.token());
        out.writeStringField("agent", attempt.agent());
        Json.instant(out, "assigned", attempt.assignedAt());
        Json.instant(out, "started", attempt.startedAt());
        Json.instant(out, "ended", attempt.endedAt());
        AttemptEnd end = attempt.end();
        if (end != null) {
            out.writeStringField("end", end.name());
        }
        Json.string(out, "cause", attempt.cause());
        LocalProgram program = attempt.program();
        if (program != null) {
            out.writeNumberField("pid", program.pid());
            out.writeStringField("pidStarted", program.startedAt().toString());
        }
        BudgetCodec.members(out, attempt.usage());
        out.writeEndObject();
    }

    /** The members of a task, as they come. */
    private static final class Draft {
        private @Nullable String id;
        private @Nullable TaskSpec spec;
        private @Nullable TaskState state;
        private String cause = "";
        private Instant submittedAt = Instant.EPOCH;
        private Instant since = Instant.EPOCH;
        private Set<String> waitingFor = Set.of();
        private @Nullable Instant notBefore;
        private List<Attempt> attempts = List.of();
        private @Nullable String progress;
        private @Nullable String prompt;
        private @Nullable String answer;
        private @Nullable String result;
        private @Nullable String error;
        private @Nullable Instant queuedAt;
        private long releasedAt;
        private @Nullable TreeUsage spent;
        private @Nullable Selection selection;
        private boolean selectionIsNew;
        private @Nullable Review review;
        private boolean reviewIsNew;
        private Instant last = Instant.EPOCH;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "id" -> id = in.getText();
                case "state" -> state = TaskState.ofWire(Common.text(in));
                case "cause" -> cause = Common.text(in);
                case "submittedAt" -> submittedAt = time(in);
                case "since" -> since = time(in);
                case "waitingFor" -> waitingFor = Set.copyOf(Json.strings(in));
                case "notBefore" -> notBefore = time(in);
                case "attempts" -> attempts = attempts(in);
                case "progress" -> progress = in.getText();
                case "prompt" -> prompt = in.getText();
                case "answer" -> answer = in.getText();
                case "result" -> result = in.getText();
                case "error" -> error = in.getText();
                case "queuedAt" -> queuedAt = time(in);
                case "releasedAt" -> releasedAt = in.getLongValue();
                case "spent" -> spent = BudgetCodec.spent(in);
                case "selection" -> {
                    selection = SelectionCodec.read(in);
                    selectionIsNew = true;
                }
                case "review" -> {
                    review = ReviewCodec.read(in);
                    reviewIsNew = true;
                }
                case "spec" -> spec = SpecCodec.read(in);
                default -> {}
            }
        }

        /** Most of a task's times are one and the same; then they share an object. */
        private Instant time(JsonParser in) throws IOException {
            long millis = in.getLongValue();
            if (last.toEpochMilli() != millis) {
                last = Instant.ofEpochMilli(millis);
            }
            return last;
        }

        Task build(Function<String, @Nullable Task> known) throws IOException {
            if (id == null || state == null) {
                throw new IOException("a task without id or state");
            }
            TaskSpec itsSpec = spec;
            Instant itsSubmission = submittedAt;
            Selection itsSelection = selection;
            Review itsReview = review;
            if (itsSpec == null) {
                Task before = known.apply(id);
                if (before == null) {
                    throw new UnknownTaskException(id);
                }
                itsSpec = before.spec();
                itsSubmission = before.submittedAt();
                itsSelection = selectionIsNew ? selection : before.selection();
                itsReview = reviewIsNew ? review : before.review();
            }
            return new Task(
                    id,
                    itsSpec,
                    state,
                    cause,
                    itsSubmission,
                    since,
                    waitingFor,
                    notBefore,
                    attempts,
                    progress,
                    prompt,
                    answer,
                    result,
                    error,
                    queuedAt,
                    releasedAt,
                    spent,
                    itsSelection,
                    itsReview);
        }
    }

    private static List<Attempt> attempts(JsonParser in) throws IOException {
        return Json.array(in, element -> {
            AttemptDraft draft = new AttemptDraft();
            Json.object(element, draft::read);
            return draft.build();
        });
    }

    private static final class AttemptDraft {
        private long token;
        private @Nullable String agent;
        private @Nullable Instant assigned;
        private @Nullable Instant started;
        private @Nullable Instant ended;
        private @Nullable AttemptEnd end;
        private @Nullable String cause;
        private long pid;
        private @Nullable Instant pidStarted;
        private long tokens;
        private long costMicros;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "token" -> token = in.getLongValue();
                case "agent" -> agent = Common.text(in);
                case "assigned" -> assigned = Json.instant(in);
                case "started" -> started = Json.instant(in);
                case "ended" -> ended = Json.instant(in);
                case "end" -> end = AttemptEnd.valueOf(Common.text(in));
                case "cause" -> cause = in.getText();
                case "pid" -> pid = in.getLongValue();
                case "pidStarted" -> pidStarted = Instant.parse(in.getText());
                case "tokens" -> tokens = in.getLongValue();
                case "costMicros" -> costMicros = in.getLongValue();
                default -> {}
            }
        }

        Attempt build() {
            return new Attempt(
                    token,
                    Objects.requireNonNull(agent, "attempt without agent"),
                    Objects.requireNonNull(assigned, "attempt without time"),
                    started,
                    ended,
                    end,
                    cause,
                    pidStarted == null ? null : new LocalProgram(pid, pidStarted),
                    tokens == 0 && costMicros == 0 ? Usage.NONE : new Usage(tokens, costMicros));
        }
    }
}
