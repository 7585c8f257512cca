// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks.tracing;

import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TraceContext;
import io.skep.api.task.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a task, which follow from it: one of its own, and below that the wait for what it depends on, each wait for an
 * agent, each attempt, and the last check of a result. The agents' own spans are below those of the attempts. What was asked
 * and what came out is in none: who may see traces need not be who may see that.
 */
public final class Spans {
    private Spans() {}

    /** All of a task as it stands, its own first; those that last have no end. */
    public static List<Span> of(Task task) {
        List<Span> spans = new ArrayList<>();
        spans.add(whole(task));
        Instant from = task.submittedAt();
        Instant queued = task.attempts().isEmpty() || task.queuedAt() == null
                ? task.queuedAt()
                : earlier(task.queuedAt(), task.attempts().get(0).assignedAt());
        Instant end = ended(task);
        if (queued == null || queued.isAfter(from)) {
            spans.add(part(task, Names.SPAN_WAIT, 0, from, queued == null ? end : queued));
        }
        Instant since = queued;
        for (Attempt attempt : task.attempts()) {
            spans.add(route(task, attempt, since == null ? attempt.assignedAt() : since));
            spans.add(attempt(task, attempt));
            since = attempt.endedAt();
        }
        if (since != null) {
            last(task, since, end, spans);
        }
        return spans;
    }

    /** What goes on, or went on, after the last attempt. */
    private static void last(Task task, Instant since, @Nullable Instant end, List<Span> spans) {
        int next = task.attempts().size();
        if (task.state() == TaskState.IN_REVIEW || (end != null && next > 0 && end.isAfter(since))) {
            spans.add(part(task, Names.SPAN_REVIEW, next, since, end));
        } else if (next == 0 || task.state() == TaskState.QUEUED) {
            spans.add(part(task, Names.SPAN_ROUTE, next + 1, since, end));
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static @Nullable Instant ended(Task task) {
        return task.state().isTerminal() ? task.since() : null;
    }

    private static Span whole(Task task) {
        TaskSpec spec = task.spec();
        Optional<TraceContext> above = TraceContext.parse(spec.traceparent()).filter(TraceContext::isSampled);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put(Names.TASK_ID, task.id());
        put(attributes, Names.TASK_NAME, spec.name());
        put(attributes, Names.TASK_PARENT, spec.parent());
        attributes.put(Names.TENANT, spec.tenant());
        attributes.put(Names.TASK_STATE, task.state().wire());
        attributes.put(Names.TASK_PRIORITY, (long) spec.priority());
        attributes.put(Names.TASK_SKILLS, String.join(",", new TreeSet<>(spec.skills())));
        attributes.put(Names.ATTEMPTS, (long) task.attempts().size());
        boolean isBad = task.state().isTerminal() && task.state() != TaskState.COMPLETED;
        if (isBad) {
            attributes.put(Names.ERROR_TYPE, task.state().wire());
        }
        return new Span(
                TraceContext.of(task),
                above.map(TraceContext::spanId).orElse(null),
                Names.SPAN_TASK,
                above.isPresent() && spec.parent() == null ? Span.Kind.SERVER : Span.Kind.INTERNAL,
                task.submittedAt(),
                ended(task),
                attributes,
                List.of(),
                isBad ? task.cause() : null);
    }

    /** From when it waits for an agent until it has one. */
    private static Span route(Task task, Attempt attempt, Instant since) {
        Span waited = part(task, Names.SPAN_ROUTE, attempt.token(), since, attempt.assignedAt());
        Map<String, Object> attributes = new LinkedHashMap<>(waited.attributes());
        attributes.put(Names.AGENT_ID, attempt.agent());
        // Only that of the last attempt is kept with the task.
        Selection selection = attempt.token() == task.token() ? task.selection() : null;
        return new Span(
                waited.context(),
                waited.parent(),
                waited.name(),
                waited.kind(),
                waited.start(),
                waited.end(),
                attributes,
                selection == null ? List.of() : List.of(selected(selection)),
                null);
    }

    private static Span.Happened selected(Selection selection) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        put(attributes, Names.SELECTION_AGENT, selection.agent());
        put(attributes, Names.SELECTION_DECISION, selection.decision());
        attributes.put(Names.SELECTION_REASONS, String.join("; ", selection.reasons()));
        return new Span.Happened(selection.at(), Names.SELECTED, attributes);
    }

    private static Span attempt(Task task, Attempt attempt) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put(Names.OPERATION, Names.INVOKE_AGENT);
        attributes.put(Names.AGENT_ID, attempt.agent());
        attributes.put(Names.TASK_ID, task.id());
        attributes.put(Names.TENANT, task.spec().tenant());
        attributes.put(Names.ATTEMPT, attempt.token());
        AttemptEnd end = attempt.end();
        boolean isBad = false;
        if (end != null) {
            attributes.put(Names.ATTEMPT_END, wire(end));
            isBad = end != AttemptEnd.COMPLETED;
        }
        if (end != null && isBad) {
            attributes.put(Names.ERROR_TYPE, wire(end));
        }
        if (!attempt.usage().equals(Usage.NONE)) {
            attributes.put(Names.TOKENS, attempt.usage().tokens());
            attributes.put(Names.COST, attempt.usage().costMicros());
        }
        Instant started = attempt.startedAt();
        return new Span(
                TraceContext.of(task, attempt.token()),
                TraceContext.of(task).spanId(),
                Names.INVOKE_AGENT + ' ' + attempt.agent(),
                Span.Kind.CLIENT,
                attempt.assignedAt(),
                attempt.endedAt(),
                attributes,
                started == null ? List.of() : List.of(new Span.Happened(started, Names.STARTED, Map.of())),
                isBad ? String.valueOf(attempt.cause()) : null);
    }

    private static Span part(Task task, String name, long number, Instant start, @Nullable Instant end) {
        TraceContext whole = TraceContext.of(task);
        return new Span(
                whole.with(task.id() + '/' + name, number),
                whole.spanId(),
                name,
                Span.Kind.INTERNAL,
                start,
                end,
                Map.of(Names.TASK_ID, task.id(), Names.TENANT, task.spec().tenant()),
                List.of(),
                null);
    }

    private static String wire(AttemptEnd end) {
        return end.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void put(Map<String, Object> attributes, String name, @Nullable String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }
}
