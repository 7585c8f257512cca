// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.Scaler;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.QueueStatus;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Follower;
import io.skep.plugin.base.webhook.WebhookClient;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The capability {@code auto_scaling}: looks at queues and agents on a thread of its own, once every {@code look.millis},
 * and has groups of agents become larger or smaller while its generation serves. Thread-safe.
 */
public final class Scaling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scaling.class);
    private static final String THREAD = "skep-scaling";
    private static final long WAIT_MILLIS = 2000;

    private final Orchestrator orchestrator;
    private final Clock clock;
    private final Codec codec;
    private final ScalingSettings settings;
    private final Scalers scalers;
    private final Control control;
    private final Map<String, Tracker> trackers = new ConcurrentHashMap<>();
    private final Follower follower;
    private final WebhookClient client = new WebhookClient(THREAD + "-http");
    private final @Nullable WebhookScaler webhooks;
    /** Attempts that began since the last look, by agent; of the follower's thread. */
    private final Map<String, Integer> begun = new HashMap<>();

    private boolean wasServing;
    private long next;
    private volatile @Nullable String trouble;

    /**
     * Ready to {@link #start}.
     *
     * @param scalers those that come and go; the webhooks of the settings are added while this is open
     */
    public Scaling(Orchestrator orchestrator, Clock clock, Codec codec, ScalingSettings settings, Scalers scalers) {
        this.orchestrator = orchestrator;
        this.clock = clock;
        this.codec = codec;
        this.settings = settings;
        this.scalers = scalers;
        this.control = new Control(orchestrator.documents(), codec);
        this.follower = new Follower(orchestrator.events(), new Reading(), THREAD);
        this.webhooks = settings.webhooks().isEmpty()
                ? null
                : new WebhookScaler(settings.webhooks(), orchestrator.agents(), codec, clock, client);
    }

    /** Begins to look; called once. */
    public void start() {
        if (webhooks != null) {
            scalers.add(webhooks);
        }
        follower.start();
    }

    /** Why it does not do its work, or null. */
    public @Nullable String trouble() {
        String why = follower.trouble();
        return why == null ? trouble : why;
    }

    /** Stops looking; what scalers were told goes on. Within two seconds. */
    @Override
    public void close() {
        if (webhooks != null) {
            scalers.remove(webhooks);
        }
        follower.close();
        client.close();
    }

    /**
     * The answer to an operation of {@code auto_scaling}.
     *
     * @throws Declination if the data is wrong or there is no such operation
     */
    public CompletionStage<?> answer(String operation, String data) {
        Answers answers = new Answers(settings, control, trackers, clock, trouble());
        return switch (operation) {
            case "status" -> answers.status(codec.read(data, ScalingOffer.GroupRequest.class));
            case "decisions" -> answers.decisions(codec.read(data, ScalingOffer.DecisionsRequest.class));
            case "evaluate" -> answers.evaluate(codec.read(data, ScalingOffer.EvaluateRequest.class));
            case "set" -> answers.set(codec.read(data, ScalingOffer.SetRequest.class));
            default -> throw new Declination("auto_scaling has no operation " + operation);
        };
    }

    private final class Reading implements Follower.Reader {
        private volatile EventCursor at = orchestrator.events().end();

        @Override
        public void begin(EventCursor from) {
            at = from;
        }

        @Override
        public void told(EventBatch batch) {
            for (Event event : batch.events()) {
                if (event.agent() != null && event.type().equals("task.assigned")) {
                    begun.merge(event.agent(), 1, Integer::sum);
                }
            }
            at = batch.next();
        }

        @Override
        public Duration rest() {
            long now = clock.millis();
            if (now >= next) {
                next = now + settings.lookMillis();
                lookSafely();
            }
            return Duration.ofMillis(Math.max(1, Math.min(settings.lookMillis(), next - clock.millis())));
        }

        @Override
        public EventCursor cursor() {
            return at;
        }
    }

    private void lookSafely() {
        try {
            look();
            trouble = null;
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failed) {
            trouble = "the queues cannot be read: " + failed.getMessage();
            LOG.debug("no look", failed);
        } catch (RuntimeException failed) {
            // Scalers are others' code, and core refuses while it starts and stops: the next look may do better.
            trouble = "the last look failed: " + failed;
            LOG.warn("the last look failed", failed);
        } finally {
            begun.clear();
        }
    }

    private void look() throws InterruptedException, ExecutionException, TimeoutException {
        boolean serves = orchestrator.state().isServing() && isOn();
        List<Scalers.Member> members = scalers.members();
        trackers.keySet().retainAll(members.stream().map(Scalers.Member::key).toList());
        if (members.isEmpty()) {
            return;
        }
        List<QueueStatus> queues =
                orchestrator.tasks().queues().toCompletableFuture().get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        if (serves && !wasServing) {
            // Another generation decided until now.
            trackers.values().forEach(Tracker::load);
        }
        wasServing = serves;
        Demand demand = new Demand(members, queues, orchestrator.agents().list());
        Control.Said said = control.said();
        Costs costs = new Costs(Objects.requireNonNullElse(said.ceiling(), settings.ceiling()), members);
        boolean isProposing =
                said.mode() == null ? settings.isProposing() : said.mode().equals("propose");
        long now = clock.millis();
        for (Scalers.Member member : members) {
            Tracker tracker = trackers.computeIfAbsent(member.key(), key -> begin(member));
            int starts = member.group().agents().stream()
                    .mapToInt(agent -> begun.getOrDefault(agent, 0))
                    .sum();
            tracker.look(member, demand.of(member, clock.instant()), demand.held(member), starts, said, costs, now);
            if (serves) {
                tracker.act(isProposing, costs, now);
            }
        }
    }

    /** Off means absent: nothing is decided, and the groups stay as large as they are. */
    private boolean isOn() {
        return orchestrator.capabilities().stream()
                .anyMatch(capability -> capability.id().equals(Capabilities.AUTO_SCALING));
    }

    private Tracker begin(Scalers.Member member) {
        Book book = new Book(orchestrator.documents(), codec, "scaling:" + member.key());
        Tracker tracker = new Tracker(settings, book, this::tell);
        Scaler scaler = member.scaler();
        if (scaler instanceof WebhookScaler webhook) {
            book.decisions().stream()
                    .filter(decision -> decision.state() == Decision.State.DONE)
                    .findFirst()
                    .ifPresent(last -> webhook.resume(member.group().name(), last.to(), last.id()));
        }
        return tracker;
    }

    private void tell(Notice notice) {
        orchestrator.tell(notice).whenComplete((told, refused) -> {
            if (refused != null) {
                LOG.debug("{} was not told", notice, refused);
            }
        });
    }
}
