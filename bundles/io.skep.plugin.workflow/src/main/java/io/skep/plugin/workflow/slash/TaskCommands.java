// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Reach;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /tasks}, {@code /submit} and {@code /why}. Thread-safe. */
final class TaskCommands {
    private static final int DEFAULT_ROWS = 20;
    private static final int MOST_ROWS = 100;
    private static final int MOST_RESULT = 4000;

    private final TaskService tasks;

    /** One task in a list. */
    record Row(String id, String state, @Nullable String agent, String description, String cause) {
        static Row of(Task task) {
            List<Attempt> attempts = task.attempts();
            return new Row(
                    task.id(),
                    task.state().wire(),
                    attempts.isEmpty()
                            ? null
                            : attempts.get(attempts.size() - 1).agent(),
                    Shown.line(task.spec().description(), 80),
                    task.cause());
        }

        String line() {
            return id + "  " + state + "  " + (agent == null ? "-" : agent) + "  " + description;
        }
    }

    /** Some tasks. */
    record Rows(List<Row> tasks) {}

    /** One task alone. */
    record Detail(
            Row task,
            String submittedAt,
            int attempts,
            List<String> dependsOn,
            List<String> waitingFor,
            @Nullable String result,
            @Nullable String error) {}

    TaskCommands(TaskService tasks) {
        this.tasks = tasks;
    }

    List<Entry> entries() {
        return List.of(
                Entry.of(
                        "tasks",
                        "Lists tasks, shows, cancels or tries one again",
                        "[list | show TASK | cancel TASK [REASON] | retry TASK]",
                        List.of("list", "show", "cancel", "retry"),
                        this::run,
                        "state=",
                        "tenant=",
                        "text=",
                        "limit="),
                Entry.of(
                        "submit",
                        "Submits a task",
                        "DESCRIPTION",
                        List.of(),
                        this::submit,
                        "skills=",
                        "priority=",
                        "tenant=",
                        "name=",
                        "parent=",
                        "input="),
                Entry.of("why", "Says why a task waits, or why it has its agent", "TASK", List.of(), this::why));
    }

    private CompletionStage<Said> run(Arguments arguments, Caller caller) {
        String verb = arguments.word(0).orElse("list");
        return switch (verb) {
            case "list" -> tasks.list(query(arguments, caller)).thenApply(page -> said(page.items()));
            case "show" -> find(arguments.word(1, "task"), caller.reach()).thenApply(TaskCommands::detail);
            case "cancel" -> {
                String reason = arguments.from(2);
                yield tasks.cancel(arguments.word(1, "task"), reason.isEmpty() ? null : reason)
                        .thenApply(TaskCommands::now);
            }
            case "retry" -> tasks.retry(arguments.word(1, "task")).thenApply(TaskCommands::now);
            default -> throw new Declination("/tasks does list, show, cancel and retry, not " + Shown.of(verb));
        };
    }

    private static Optional<String> tenant(Arguments arguments, Caller caller) {
        Optional<String> named = arguments.flag("tenant");
        if (named.isPresent() && !caller.reach().sees(named.get())) {
            throw new Declination("flag --tenant: this caller may name tenant "
                    + caller.reach().tenant() + " only");
        }
        return named.or(() -> Optional.ofNullable(caller.tenant()));
    }

    private static TaskQuery query(Arguments arguments, Caller caller) {
        Set<TaskState> states =
                arguments.flag("state").map(TaskCommands::states).orElse(Set.of());
        return new TaskQuery(
                states,
                null,
                tenant(arguments, caller).orElse(null),
                arguments.flag("text").orElse(null),
                null,
                null,
                number("limit", arguments.flag("limit"), DEFAULT_ROWS, 1, MOST_ROWS),
                null);
    }

    private static Set<TaskState> states(String wires) {
        try {
            return Arrays.stream(wires.split(",", -1)).map(TaskState::ofWire).collect(Collectors.toSet());
        } catch (IllegalArgumentException none) {
            throw new Declination("flag --state must be some of "
                    + Stream.of(TaskState.values()).map(TaskState::wire).collect(Collectors.joining(", ")));
        }
    }

    private static int number(String flag, Optional<String> text, int otherwise, int min, int max) {
        if (text.isEmpty()) {
            return otherwise;
        }
        String digits = text.get();
        if (!digits.matches("[0-9]{1,6}") || Integer.parseInt(digits) < min || Integer.parseInt(digits) > max) {
            throw new Declination("flag --" + flag + " must be a whole number from " + min + " to " + max);
        }
        return Integer.parseInt(digits);
    }

    private CompletionStage<Said> submit(Arguments arguments, Caller caller) {
        TaskSpecBuilder spec = TaskSpec.of(arguments.word(0, "description").isEmpty() ? "" : arguments.from(0))
                .priority(number("priority", arguments.flag("priority"), TaskSpec.DEFAULT_PRIORITY, 0, 9))
                .name(arguments.flag("name").orElse(null))
                .parent(arguments.flag("parent").orElse(null))
                .input(arguments.flag("input").orElse(null));
        arguments.flag("skills").ifPresent(skills -> spec.skills(skills.split(",", -1)));
        tenant(arguments, caller).ifPresent(spec::tenant);
        spec.owner(caller.reach().caller());
        return tasks.submit(List.of(spec.build())).thenApply(answers -> {
            Task task = answers.get(0).task();
            return new Said("task " + task.id() + " is " + task.state().wire(), Row.of(task), task.id());
        });
    }

    private CompletionStage<Said> why(Arguments arguments, Caller caller) {
        return find(arguments.word(0, "task"), caller.reach())
                .thenCompose(task -> tasks.why(task.id()))
                .thenApply(why -> new Said(
                        "task " + why.task() + " is " + why.state().wire() + "\n" + String.join("\n", why.reasons()),
                        new Reasons(why.task(), why.state().wire(), why.reasons())));
    }

    /** Why a task is where it is. */
    record Reasons(String task, String state, List<String> reasons) {}

    /** Tasks that are parts of others or wait for others. */
    CompletionStage<Said> parts() {
        return tasks.list(TaskQuery.newest(TaskQuery.MAX_LIMIT))
                .thenApply(page -> said(page.items().stream()
                        .filter(task -> task.spec().parent() != null
                                || !task.spec().dependsOn().isEmpty())
                        .limit(MOST_ROWS)
                        .toList()));
    }

    /** One task alone. */
    CompletionStage<Said> status(String id) {
        return find(id, Reach.ALL).thenApply(TaskCommands::detail);
    }

    private CompletionStage<Task> find(String id, Reach reach) {
        return tasks.find(id)
                .thenApply(found -> found.filter(task -> reach.sees(task.spec().tenant()))
                        .orElseThrow(() -> new Declination("there is no task " + Shown.of(id))));
    }

    private static Said now(Task task) {
        return new Said("task " + task.id() + " is " + task.state().wire() + ": " + task.cause(), Row.of(task));
    }

    private static Said said(List<Task> found) {
        List<Row> rows = found.stream().map(Row::of).toList();
        String lines = rows.stream().map(Row::line).collect(Collectors.joining("\n"));
        return new Said(rows.isEmpty() ? "no tasks" : lines, new Rows(rows));
    }

    private static Said detail(Task task) {
        Detail detail = new Detail(
                Row.of(task),
                task.submittedAt().toString(),
                task.attempts().size(),
                task.spec().dependsOn(),
                task.waitingFor().stream().sorted().toList(),
                shortened(task.result()),
                shortened(task.error()));
        StringBuilder text =
                new StringBuilder(detail.task().line()).append('\n').append(task.cause());
        text.append("\nattempts: ").append(detail.attempts());
        if (!detail.dependsOn().isEmpty()) {
            text.append("\ndepends on ")
                    .append(detail.dependsOn().size())
                    .append(" tasks, waits for ")
                    .append(detail.waitingFor().size())
                    .append(": ")
                    .append(String.join(", ", detail.waitingFor()));
        }
        if (detail.result() != null) {
            text.append("\nresult: ").append(detail.result());
        }
        if (detail.error() != null) {
            text.append("\nerror: ").append(detail.error());
        }
        return new Said(text.toString(), detail);
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= MOST_RESULT ? text : text.substring(0, MOST_RESULT - 1) + '…';
    }
}
