// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.Refusal;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.workflow.base.Reach;
import io.skep.plugin.workflow.base.Workers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations of {@code extended_thinking}. Thread-safe. */
public final class ExtendedThinking implements AutoCloseable {
    private static final String NOTHING = "there is nothing to think about: neither a task nor a description";

    private final TaskService tasks;
    private final Supplier<ThinkingSettings> settings;
    private final Workers workers;
    private final Codec codec;
    private final Clock clock;
    private final Policy policy;
    private final Experts experts;
    private final Shelf shelf;
    private final Thinker thinker;

    /**
     * What it depends on besides the orchestrator.
     *
     * @param settings in force now
     * @param encoder tells what means the same, while there is one
     */
    public record Means(Supplier<ThinkingSettings> settings, Encoder encoder) {}

    /** Over an orchestrator, whose state of the plugin it keeps thinkings in. */
    public ExtendedThinking(Orchestrator orchestrator, Means means, Workers workers, Codec codec, Clock clock) {
        this.tasks = orchestrator.tasks();
        this.settings = means.settings();
        this.workers = workers;
        this.codec = codec;
        this.clock = clock;
        this.policy = new Policy(codec, means.encoder());
        this.experts = new Experts(orchestrator, workers, codec);
        this.shelf = new Shelf(orchestrator.state(), codec);
        Conclusion conclusion = new Conclusion(codec, means.encoder());
        this.thinker = new Thinker(shelf, orchestrator, conclusion, workers, clock, settings);
    }

    /** Goes on with what is kept. */
    public void start() {
        thinker.start();
    }

    /** Where core has to ask: at tasks that ask for it, or are long enough to be complex. */
    public List<Checkpoint> checkpoints() {
        ThinkingSettings now = settings.get();
        return now.enabled()
                ? List.of(new Checkpoint(
                        Stage.BEFORE,
                        Capabilities.EXTENDED_THINKING,
                        "consider",
                        Set.of(),
                        Set.of(),
                        Complexity.leastChars(now.minComplexity()),
                        Policy.MEMBER))
                : List.of();
    }

    /** How many thinkings have not ended. */
    public int pending() {
        return shelf.pending().size();
    }

    /** The thinkings, to compare one generation with the next. */
    public List<String> view() {
        return shelf.all().stream().map(Thinking::id).sorted().toList();
    }

    /** The operation that a call means, or null if there is none of that name. */
    public @Nullable CompletionStage<?> answer(String operation, IntegrationRequest request) {
        String data = request.data();
        return switch (operation) {
            case "think" -> think(codec.read(data, Requests.Think.class), request);
            case "result" -> result(codec.read(data, Requests.ById.class), Reach.of(request));
            case "consider" -> consider(codec.read(data, Requests.Consider.class), request);
            default -> null;
        };
    }

    private CompletionStage<Answers.Thought> result(Requests.ById asked, Reach reach) {
        String id = Inputs.required("id", asked.id());
        shelf.refresh();
        Thinking thinking = shelf.find(id)
                .filter(found -> reach.sees(found.tenant()))
                .orElseThrow(() -> new Declination("there is no thinking " + id + ", or it ended too long ago"));
        return CompletableFuture.completedFuture(Answers.Thought.of(thinking));
    }

    private CompletionStage<Answers.Thought> think(Requests.Think asked, IntegrationRequest request) {
        String description = asked.description();
        String id = asked.task() != null ? asked.task() : description == null ? request.task() : null;
        Reach reach = Reach.of(request);
        shelf.refresh();
        if (id != null) {
            return task(id, reach).thenCompose(task -> {
                Optional<Thinking> known = shelf.find(idOf(task));
                return known.isPresent()
                        ? CompletableFuture.completedFuture(Answers.Thought.of(known.get()))
                        : think(asked, Subject.of(task), idOf(task));
            });
        }
        if (description == null || description.isBlank()) {
            return CompletableFuture.completedFuture(Answers.Thought.none(Insights.none(NOTHING)));
        }
        Subject subject = Subject.of(description, reach.tenantOf(request));
        String hash = hash(subject.tenant() + '\n' + asked);
        // Asked again, it is found; where nobody had anything to say, it is worth another try.
        Optional<Thinking> known = shelf.all().stream()
                .filter(thinking -> thinking.id().endsWith('-' + hash))
                .filter(thinking ->
                        !thinking.isOver() || !thinking.seen().points().isEmpty())
                .findFirst();
        return known.isPresent()
                ? CompletableFuture.completedFuture(Answers.Thought.of(known.get()))
                : think(asked, subject, "d-" + Long.toString(clock.millis(), 36) + '-' + hash);
    }

    private CompletionStage<Answers.Thought> think(Requests.Think asked, Subject subject, String id) {
        Depth depth = asked.depth() == null ? null : Depth.of(asked.depth()).orElseThrow();
        Policy.Judgement judged =
                policy.onDemand(subject.text(), depth, settings.get().minComplexity());
        Experts.Chosen named = asked.participants() == null ? null : experts.named(asked.participants());
        return begin(new Wish(subject, id, judged, depth != null, named, asked.timeoutSeconds()))
                .thenApply(begun -> begun.thinking() == null
                        ? Answers.Thought.none(begun.none())
                        : Answers.Thought.of(begun.thinking()));
    }

    private CompletionStage<Answers.Considered> consider(Requests.Consider asked, IntegrationRequest request) {
        String id = Inputs.required("task", asked.task() == null ? request.task() : asked.task());
        Inputs.required("stage", asked.stage());
        shelf.refresh();
        return task(id, Reach.of(request)).thenCompose(this::consider);
    }

    private CompletionStage<Answers.Considered> consider(Task task) {
        Optional<Thinking> known = shelf.find(idOf(task));
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(Answers.Considered.of(known.get()));
        }
        ThinkingSettings now = settings.get();
        if (!now.enabled() || Room.isOfOurs(task)) {
            return CompletableFuture.completedFuture(Answers.Considered.none());
        }
        try {
            Depth depth = policy.asked(task.spec());
            Policy.Judgement judged = policy.beforeStart(task.spec().description(), depth, now.minComplexity());
            if (judged.isNone()) {
                boolean isWanted = depth != null && depth != Depth.NONE;
                return CompletableFuture.completedFuture(
                        isWanted ? Answers.Considered.pass(Insights.none(judged.reason())) : Answers.Considered.none());
            }
            return begin(new Wish(Subject.of(task), idOf(task), judged, depth != null, null, null))
                    .thenApply(begun -> begun.thinking() == null
                            ? Answers.Considered.pass(begun.none())
                            : Answers.Considered.of(begun.thinking()))
                    .exceptionally(ExtendedThinking::without);
        } catch (Declination wrong) {
            return CompletableFuture.completedFuture(without(wrong));
        }
    }

    /** A task does not wait because nobody can think about it now. */
    private static Answers.Considered without(Throwable failure) {
        Throwable cause = Panel.cause(failure);
        if (cause instanceof Declination || cause instanceof Refusal) {
            return Answers.Considered.pass(Insights.none("it was not thought about: " + Panel.words(cause)));
        }
        throw cause instanceof RuntimeException broken ? broken : new IllegalStateException(cause);
    }

    /**
     * What somebody wants to be thought about.
     *
     * @param id of the thinking
     * @param fixed whether the depth is as it was asked for
     * @param named who shall be asked, or null for whoever is found
     * @param seconds how long they have, or null for what is configured
     */
    private record Wish(
            Subject subject,
            String id,
            Policy.Judgement judged,
            boolean fixed,
            Experts.@Nullable Chosen named,
            @Nullable Long seconds) {}

    /** What came of it: a thinking, or why there is none. */
    private record Begun(@Nullable Thinking thinking, Insights none) {
        static CompletionStage<Begun> nothing(String why) {
            return CompletableFuture.completedFuture(new Begun(null, Insights.none(why)));
        }
    }

    private CompletionStage<Begun> begin(Wish wish) {
        if (wish.judged().isNone()) {
            return Begun.nothing(wish.judged().reason());
        }
        CompletableFuture<Policy.Judgement> judged = wish.fixed()
                ? CompletableFuture.completedFuture(wish.judged())
                : workers.supply(() -> policy.meant(wish.subject().text(), wish.judged()));
        return judged.thenCompose(meant -> room(wish, meant)
                .thenCompose(room -> room.children() == 0
                        ? Begun.nothing(String.valueOf(room.why()))
                        : chosen(wish, room).thenCompose(chosen -> begin(wish, meant, chosen, room))));
    }

    private CompletionStage<Room> room(Wish wish, Policy.Judgement judged) {
        Task task = wish.subject().task();
        int wanted = wish.named() == null
                ? settings.get().allowance(judged.depth()).participants()
                : wish.named().agents().size();
        return task == null || !wish.subject().takesParts()
                ? CompletableFuture.completedFuture(Room.of(wanted))
                : Room.below(task, wanted, tasks, clock.instant());
    }

    private CompletionStage<Experts.Chosen> chosen(Wish wish, Room room) {
        Experts.Chosen named = wish.named();
        if (named == null) {
            return experts.choose(wish.subject(), room.children());
        }
        if (named.agents().size() > room.children()) {
            throw new Declination("field \"participants\" names "
                    + named.agents().size() + " agents, and the budgets above leave room for " + room.children());
        }
        return CompletableFuture.completedFuture(named);
    }

    private CompletionStage<Begun> begin(Wish wish, Policy.Judgement judged, Experts.Chosen chosen, Room room) {
        if (chosen.agents().isEmpty()) {
            return Begun.nothing("there is nobody to ask: no agent is there that knows of it" + note(chosen.note()));
        }
        return thinker.begin(thinking(wish, judged, chosen, room)).thenApply(begun -> new Begun(begun, begun.seen()));
    }

    private static String note(String note) {
        return note.isEmpty() ? "" : "; " + note;
    }

    private Thinking thinking(Wish wish, Policy.Judgement judged, Experts.Chosen chosen, Room room) {
        Allowance allowance = settings.get().allowance(judged.depth());
        Subject subject = wish.subject();
        Duration wanted = Duration.ofSeconds(Objects.requireNonNullElse(wish.seconds(), (long) allowance.seconds()));
        Duration time = wanted.compareTo(room.time()) < 0 ? wanted : room.time();
        int agents = chosen.agents().size();
        Instant now = clock.instant();
        Insights seen = new Insights(
                judged.depth().wire(),
                judged.reason() + note(chosen.note()),
                List.of(),
                chosen.agents().stream()
                        .map(agent -> new Insights.Participant(agent, null, Insights.ASKED, null))
                        .toList(),
                true,
                null,
                judged.complexity(),
                chosen.by(),
                null,
                null);
        return new Thinking(
                wish.id(),
                now.toString(),
                now.plus(time).toString(),
                null,
                subject.task() == null ? null : subject.task().id(),
                subject.takesParts(),
                subject.question(judged.depth()),
                subject.tenant(),
                subject.priority(),
                Room.share(allowance.tokens(), room.tokens(), agents),
                Room.share(allowance.costMicros(), room.costMicros(), agents),
                seen);
    }

    private static String idOf(Task task) {
        return "t-" + task.id();
    }

    /** One of another tenant is declined like one that is not there. */
    private CompletionStage<Task> task(String id, Reach reach) {
        return tasks.find(id)
                .thenApply(found -> found.filter(task -> reach.sees(task.spec().tenant()))
                        .orElseThrow(() ->
                                new Declination("there is no task \"" + id.replaceAll("[^A-Za-z0-9._-]", "?") + "\"")));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public void close() {
        thinker.close();
    }
}
