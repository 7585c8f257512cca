// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.Refusal;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.context.consolidation.Dropped;
import io.skep.plugin.context.consolidation.Reason;
import io.skep.plugin.context.consolidation.SummaryCheck;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.sessions.Draft;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import io.skep.plugin.context.tokens.TokenCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has agents summarise what was dropped for want of room, by a task each, and puts a summary that holds ({@link SummaryCheck})
 * at the beginning of the context, in place of the one before. For a session one at a time is asked for; which, is kept as a
 * document, so that the next generation and the next start go on. Thread-safe.
 */
final class Summaries {
    /** What is asked of an agent. */
    static final String ASKED =
            "Summarise the items of the input for the agent that they are of: names, figures, decisions and"
                    + " what is open, nothing that is not in them, in at most maxTokens tokens. Answer {\"summary\": TEXT}.";

    private static final Logger LOG = LoggerFactory.getLogger(Summaries.class);
    private static final String KEY = "summary:";
    private static final int SCHEMA = 1;
    /** With three bytes for each it is below what an input may have. */
    private static final int MOST_CHARS = 80_000;
    /** For what is told of an item beside its text. */
    private static final int CHARS_PER_ITEM = 100;

    private static final int MOST_PENDING = 100;
    /** What is not so much longer than its summary would be is not worth one. */
    private static final int LEAST_TIMES = 4;

    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final Means means;
    private final SummarySettings settings;
    private final Sessions sessions;
    private final TokenCounter counter;
    private final SummaryCheck check;
    private final PluginState state;
    private final TaskService tasks;
    /** Sessions that are looked at just now. */
    private final Set<String> settling = ConcurrentHashMap.newKeySet();

    /** Kept: which task summarises the items of these numbers. */
    record Pending(String task, List<Long> numbers) {
        Pending {
            numbers = numbers == null ? List.of() : List.copyOf(numbers);
        }
    }

    /** An agent's input. */
    record Input(String session, int maxTokens, List<Line> items) {}

    /** An item in it. */
    record Line(long number, String kind, @Nullable String author, String text) {}

    /** An agent's answer. */
    record Said(@Nullable String summary) {}

    Summaries(Means means, SummarySettings settings, Sessions sessions, TokenCounter counter) {
        this.means = means;
        this.settings = settings;
        this.sessions = sessions;
        this.counter = counter;
        check = new SummaryCheck(counter);
        state = means.orchestrator().state();
        tasks = means.orchestrator().tasks();
    }

    /** Asks for a summary of what was dropped from a session, if it is worth one and none is on its way. */
    void want(String id, List<Dropped> dropped) {
        boolean isFree =
                settings.isOn() && state.isServing() && state.get(KEY + id).isEmpty() && names().size() < MOST_PENDING;
        Session session = isFree ? sessions.find(id).orElse(null) : null;
        if (session == null) {
            return;
        }
        List<ContextItem> items = chosen(id, dropped);
        if (counter.count(items) < (long) LEAST_TIMES * settings.tokens()) {
            return;
        }
        List<Line> lines = items.stream()
                .map(item -> new Line(item.number(), Consolidating.word(item.kind()), item.author(), item.text()))
                .toList();
        TaskSpec spec = TaskSpec.of(ASKED)
                .name("summary")
                .input(means.codec().write(new Input(id, settings.tokens(), lines)))
                .skills(settings.skill())
                .tenant(session.tenant())
                .deadline(means.clock().instant().plus(DEADLINE))
                .idempotencyKey("summary/" + id + '/' + session.revision())
                .build();
        List<Long> numbers = items.stream().map(ContextItem::number).toList();
        try {
            tasks.submit(List.of(spec))
                    .thenCompose(submitted ->
                            put(id, new Pending(submitted.get(0).task().id(), numbers)))
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            unasked(id, failure);
                        }
                    });
        } catch (Refusal refused) {
            // The context is consolidated all the same.
            unasked(id, refused);
        }
    }

    private static void unasked(String id, Throwable why) {
        LOG.debug("nobody is asked to summarise session {}", id, why);
    }

    /** The summary before, and of what was dropped for want of room the newest that there is room for, in their order. */
    private List<ContextItem> chosen(String id, List<Dropped> dropped) {
        List<ContextItem> items = new ArrayList<>();
        int chars = 0;
        for (int i = dropped.size() - 1; i >= 0 && chars < MOST_CHARS; i--) {
            ContextItem item = dropped.get(i).item();
            boolean isWanted =
                    dropped.get(i).reason() == Reason.BUDGET || dropped.get(i).reason() == Reason.EXCERPTED;
            int takes = item.text().length() + CHARS_PER_ITEM;
            if (isWanted && !item.isSummary() && chars + takes <= MOST_CHARS) {
                items.add(item);
                chars += takes;
            }
        }
        sessions.items(id).items().stream()
                .filter(ContextItem::isSummary)
                .findFirst()
                .ifPresent(items::add);
        Collections.reverse(items);
        return items;
    }

    /** Looks at what was asked for. */
    void look() {
        if (!state.isServing()) {
            return;
        }
        for (String id : names()) {
            Pending pending = pending(id);
            if (pending != null && settling.add(id)) {
                tasks.find(pending.task())
                        .thenCompose(task -> means.workers().supply(() -> {
                            settle(id, pending, task.orElse(null));
                            return null;
                        }))
                        .whenComplete((done, failure) -> {
                            settling.remove(id);
                            if (failure != null) {
                                LOG.debug("the summary of session {} is looked at later", id, failure);
                            }
                        });
            }
        }
    }

    /** Forgets what was asked for, since it is about what is not there any more. */
    void erased(String id) {
        Pending pending = pending(id);
        if (pending != null) {
            forget(id);
            tasks.cancel(pending.task(), "what it is to summarise was erased").exceptionally(ended -> null);
        }
    }

    private void settle(String id, Pending pending, @Nullable Task task) {
        if (task == null || sessions.find(id).isEmpty()) {
            forget(id);
            return;
        }
        if (!task.state().isTerminal()) {
            return;
        }
        String summary = task.state() == TaskState.COMPLETED ? summary(task.result()) : null;
        String wrong = summary == null
                ? "task " + task.id() + " has no summary: " + task.cause()
                : wrong(id, pending.numbers(), summary);
        if (summary == null || wrong != null) {
            forget(id);
            tell("context-management.summary.refused", id, String.valueOf(wrong));
            return;
        }
        String agent = task.attempts().get(task.attempts().size() - 1).agent();
        accept(id, pending.numbers().size(), agent, summary);
    }

    private @Nullable String summary(@Nullable String result) {
        try {
            return result == null
                    ? null
                    : means.codec().readKept(result, Said.class).summary();
        } catch (JsonProcessingException other) {
            return null;
        }
    }

    private @Nullable String wrong(String id, List<Long> numbers, String summary) {
        List<ContextItem> archive = sessions.archive(id).items();
        List<ContextItem> sources = numbers.stream()
                .map(number -> Items.find(archive, number))
                .filter(Objects::nonNull)
                .toList();
        if (sources.size() < numbers.size()) {
            return "some of what it is of was erased";
        }
        long tokens = counter.count(summary);
        if (tokens > settings.tokens()) {
            return "it has " + tokens + " tokens, and " + settings.tokens() + " are allowed";
        }
        return check.wrong(sources, summary, settings.percent());
    }

    /** After a kill in between it is there already. If the context has changed meanwhile, the next look tries again. */
    private void accept(String id, int items, String agent, String summary) {
        Sessions.Snapshot now = sessions.items(id);
        List<ContextItem> kept = new ArrayList<>();
        boolean isThere = false;
        for (ContextItem item : now.items()) {
            if (item.isSummary()) {
                isThere |= item.text().equals(summary);
            } else {
                kept.add(item);
            }
        }
        String note = "summary of " + items + " items by agent " + agent;
        if (!isThere) {
            Draft draft = new Draft(ContextItem.Kind.FACT, null, agent, summary, null, ContextItem.SUMMARY, false);
            sessions.replace(id, now.revision(), kept, List.of(draft), note);
        }
        forget(id);
        tell("context-management.session.summarised", id, note);
    }

    private List<String> names() {
        return state.keys().stream()
                .filter(key -> key.startsWith(KEY))
                .map(key -> key.substring(KEY.length()))
                .toList();
    }

    private @Nullable Pending pending(String id) {
        return state.get(KEY + id)
                .filter(document -> document.schema() == SCHEMA)
                .map(document -> {
                    try {
                        return means.codec().readKept(document.json(), Pending.class);
                    } catch (JsonProcessingException unreadable) {
                        LOG.warn("document {}{} cannot be read: {}", KEY, id, unreadable.getOriginalMessage());
                        return null;
                    }
                })
                .orElse(null);
    }

    private CompletionStage<Void> put(String id, Pending pending) {
        return state.put(
                KEY + id, new PluginState.Document(SCHEMA, means.codec().write(pending)));
    }

    private void forget(String id) {
        state.remove(KEY + id).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("{}{} could not be removed", KEY, id, failure);
            }
        });
    }

    private void tell(String type, String subject, String cause) {
        try {
            means.orchestrator().tell(new Notice(type, subject, cause));
        } catch (Refusal | IllegalStateException untold) {
            LOG.warn("not told: {} of {}", cause, subject, untold);
        }
    }
}
