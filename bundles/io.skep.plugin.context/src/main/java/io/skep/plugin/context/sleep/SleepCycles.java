// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The capability {@code sleep_wake_cycles}. The state of an agent is core's; here is only what leads to it, so that a swap or
 * a kill in any phase leaves nothing to mend: core asks again, or gives up by its own limits. Thread-safe.
 */
public final class SleepCycles implements Part {
    private static final int MAX_TEXT = 4096;

    private final Means means;
    private final SleepSettings settings;
    private final Surroundings surroundings;
    private final Book book;
    private final Activity activity;
    private final Watch watch;

    /** Over an orchestrator. */
    public SleepCycles(Means means, SleepSettings settings, Surroundings surroundings) {
        this.means = means;
        this.settings = settings;
        this.surroundings = surroundings;
        this.book = new Book(means.orchestrator().state(), means.codec(), settings);
        this.activity =
                new Activity(means.orchestrator().events(), means.clock().instant(), this::changed);
        this.watch = new Watch(means, book, activity, surroundings);
    }

    @Override
    public Capability capability() {
        return SleepOffer.CAPABILITY;
    }

    @Override
    public void start() {
        activity.start();
        means.workers().repeat(settings.look(), watch::look);
    }

    @Override
    public @Nullable String trouble() {
        return activity.trouble();
    }

    @Override
    public void close() {
        activity.close();
    }

    /** The policies are looked at now. */
    void look() {
        watch.look();
    }

    private void changed(String agent, String state) {
        if (!book.isServing()) {
            return;
        }
        switch (state) {
            case "asleep" -> surroundings.asleep(agent);
            case "waking" -> surroundings.waking(agent);
            case "removed" -> book.forget(agent);
            default -> {}
        }
    }

    @Override
    public CompletionStage<?> answer(String operation, IntegrationRequest request) {
        Codec codec = means.codec();
        String data = request.data();
        return switch (operation) {
            case "status" -> done(status(codec.read(data, Requests.Which.class)));
            case "sleep" -> sleep(codec.read(data, Requests.One.class));
            case "wake" -> wake(codec.read(data, Requests.One.class));
            case "pin" -> pin(codec.read(data, Requests.One.class));
            case "unpin" ->
                book.unpin(id(codec.read(data, Requests.One.class).agent())).thenApply(Results.Done::new);
            case "policies" -> {
                codec.read(data, Requests.Nothing.class);
                yield done(new Results.Policies(book.policies()));
            }
            case "policy" -> book.put(codec.read(data, Policy.class).checked()).thenApply(Results.Done::new);
            case "forget" ->
                book.forgetPolicy(name(codec.read(data, Requests.ByName.class).name()))
                        .thenApply(Results.Done::new);
            case "message" -> message(codec.read(data, Requests.Message.class));
            case "meanwhile" -> done(meanwhile(codec.read(data, Requests.Step.class), request));
            case "prepare" -> prepare(codec.read(data, Requests.Step.class));
            case "restore" -> restore(codec.read(data, Requests.Step.class));
            default -> throw new Declination("there is no operation " + operation);
        };
    }

    private static <T> CompletionStage<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static String id(@Nullable String agent) {
        if (agent == null || !agent.matches("[A-Za-z0-9._-]{1,128}")) {
            throw new Declination("\"agent\" must be the id of an agent");
        }
        return agent;
    }

    private static String name(@Nullable String name) {
        if (name == null || !name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new Declination("\"name\" must be 1 to 100 letters, digits, '.', '_' and '-'");
        }
        return name;
    }

    private static String text(String field, @Nullable String text, String otherwise) {
        String whole = Objects.requireNonNullElse(text, otherwise);
        if (whole.isEmpty() || whole.length() > MAX_TEXT) {
            throw new Declination("\"" + field + "\" must have 1 to " + MAX_TEXT + " characters");
        }
        return whole;
    }

    private AgentService agents() {
        return means.orchestrator().agents();
    }

    private Agent existing(String id) {
        return agents().find(id).orElseThrow(() -> new Declination("there is no agent " + id));
    }

    private Results.Status status(Requests.Which which) {
        List<Agent> all = which.agent() == null ? agents().list() : List.of(existing(id(which.agent())));
        Set<String> pinned = book.pins().stream().map(Kept.Pin::agent).collect(Collectors.toCollection(TreeSet::new));
        List<Results.One> shown = new ArrayList<>();
        Map<AgentState, Integer> counts = new EnumMap<>(AgentState.class);
        for (Agent agent : all) {
            counts.merge(agent.state(), 1, Integer::sum);
            if (which.agent() != null || agent.state().isSleepy() || pinned.contains(agent.id())) {
                shown.add(one(agent));
            }
        }
        return new Results.Status(
                shown,
                counts.getOrDefault(AgentState.ACTIVE, 0),
                counts.getOrDefault(AgentState.PREPARING, 0),
                counts.getOrDefault(AgentState.ASLEEP, 0),
                counts.getOrDefault(AgentState.WAKING, 0));
    }

    private Results.One one(Agent agent) {
        Kept.Sleep kept = book.sleep(agent.id()).orElse(null);
        return new Results.One(
                agent.id(),
                agent.state().wire(),
                agent.cause(),
                agent.since().toString(),
                book.pin(agent.id()).map(Kept.Pin::reason).orElse(null),
                kept == null ? 0 : kept.sleeps(),
                kept == null ? List.of() : kept.checkpoints(),
                kept == null ? List.of() : kept.sessions(),
                book.mail(agent.id()).size());
    }

    private CompletionStage<Results.Changed> sleep(Requests.One request) {
        String agent = id(request.agent());
        requireUnpinned(agent);
        return agents().sleep(agent, text("reason", request.reason(), "put to sleep by request"))
                .thenApply(SleepCycles::changed);
    }

    private void requireUnpinned(String agent) {
        book.pin(agent).ifPresent(pin -> {
            throw new Declination("agent " + agent + " never sleeps: " + pin.reason());
        });
    }

    private CompletionStage<Results.Changed> wake(Requests.One request) {
        return agents().wake(id(request.agent()), text("reason", request.reason(), "woken by request"))
                .thenApply(SleepCycles::changed);
    }

    private static Results.Changed changed(Agent agent) {
        return new Results.Changed(agent.id(), agent.state().wire(), agent.cause());
    }

    private CompletionStage<Results.Done> pin(Requests.One request) {
        Agent agent = existing(id(request.agent()));
        String reason = text("reason", request.reason(), "pinned by request");
        return book.put(new Kept.Pin(agent.id(), reason)).thenApply(Results.Done::new);
    }

    private CompletionStage<Results.Changed> message(Requests.Message request) {
        Agent agent = existing(id(request.agent()));
        String from = text("from", request.from(), "somebody");
        String said = text("text", request.text(), "");
        return book.post(agent.id(), new Kept.Message(means.clock().instant().toString(), from, said))
                .thenCompose(kept ->
                        agent.state().isSleepy() ? agents().wake(agent.id(), "a message from " + from) : done(agent))
                .thenApply(SleepCycles::changed);
    }

    private Results.Meanwhile meanwhile(Requests.Step request, IntegrationRequest call) {
        String agent = id(request.agent());
        boolean isOther = call.caller() != null
                && call.caller().principal().isAgent()
                && !call.caller().principal().id().equals(agent);
        if (isOther) {
            throw new Declination("an agent asks for itself only");
        }
        existing(agent);
        Kept.Sleep kept = book.sleep(agent).orElse(null);
        return new Results.Meanwhile(
                kept == null ? null : kept.preparedAt(),
                kept == null ? null : kept.restoredAt(),
                kept == null ? List.of() : kept.sessions(),
                book.mail(agent));
    }

    private CompletionStage<Results.Step> prepare(Requests.Step request) {
        String agent = id(request.agent());
        existing(agent);
        Kept.Pin pin = book.pin(agent).orElse(null);
        if (pin != null) {
            return done(new Results.Step(false, "it never sleeps: " + pin.reason()));
        }
        String cause = Objects.requireNonNullElse(request.cause(), "");
        return means.workers().supply(() -> surroundings.prepare(agent)).thenCompose(lines -> {
            long sleeps = book.sleep(agent).map(Kept.Sleep::sleeps).orElse(0L) + 1;
            Kept.Sleep kept = new Kept.Sleep(agent, now().toString(), null, cause, lines, List.of(), sleeps);
            return book.put(kept)
                    .thenCompose(done -> book.forgetMail(agent))
                    .thenApply(done -> new Results.Step(true, lines.size() + " checkpoints"));
        });
    }

    private CompletionStage<Results.Step> restore(Requests.Step request) {
        String agent = id(request.agent());
        existing(agent);
        return means.workers().supply(() -> surroundings.restore(agent)).thenCompose(lines -> {
            Kept.Sleep before =
                    book.sleep(agent).orElse(new Kept.Sleep(agent, null, null, "", List.of(), List.of(), 0));
            Kept.Sleep kept = new Kept.Sleep(
                    agent,
                    before.preparedAt(),
                    now().toString(),
                    before.cause(),
                    before.checkpoints(),
                    lines,
                    before.sleeps());
            return book.put(kept).thenApply(done -> new Results.Step(true, String.join("; ", lines)));
        });
    }

    private Instant now() {
        return means.clock().instant();
    }
}
