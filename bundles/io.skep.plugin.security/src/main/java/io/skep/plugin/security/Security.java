// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Follower;
import io.skep.plugin.base.PluginThreads;
import io.skep.plugin.security.identity.edge.Identity;
import io.skep.plugin.security.identity.local.NewSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin's parts over one orchestrator, with their threads. Thread-safe. */
final class Security implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Security.class);
    private static final long CLOSING_SECONDS = 5;
    private static final int TEND_MILLIS = 20;
    private static final int MAINTAIN_SECONDS = 60;
    private static final int VERIFIERS = 4;
    private static final int MAX_VERIFYING = 1000;

    private final Orchestrator orchestrator;
    private final PluginState state;
    private final StateStore store;
    private final Clock clock;
    private final PolicyShelf policies;
    private final Trail trail;
    private final Decider decider;
    private final Operations operations;
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean maintaining = new AtomicBoolean();
    private volatile Identities identities;
    private volatile @Nullable Follower follower;
    private volatile @Nullable String trouble;
    private long revision;

    /** Reads what is kept. */
    Security(Orchestrator orchestrator, Settings settings, Codec codec, Clock clock) {
        this.orchestrator = orchestrator;
        this.clock = clock;
        state = orchestrator.state();
        store = new StateStore(state);
        policies = new PolicyShelf(state, codec);
        policies.load();
        revision = state.revision();
        identities = make(settings);
        trail = new Trail(settings.place(), this::isServing, settings.audit(), clock);
        workers = new ThreadPoolExecutor(
                VERIFIERS,
                VERIFIERS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_VERIFYING),
                work -> PluginThreads.daemon(work, "security-worker"));
        workers.allowCoreThreadTimeOut(true);
        decider = new Decider(() -> identities, policies, trail, workers, clock, state::isTrial, this::kept);
        operations = new Operations(
                decider,
                new IdentityOperations(() -> identities, workers, clock),
                new PolicyOperations(() -> identities, policies, clock),
                new AuditOperations(trail, workers, new SessionErasure(orchestrator::call, codec), clock),
                trail,
                codec);
        timer = new ScheduledThreadPoolExecutor(1, work -> PluginThreads.daemon(work, "security-timer"));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** What is wrong with what is kept, or null. */
    private @Nullable String kept() {
        String wrong = policies.trouble();
        return wrong == null ? store.trouble() : wrong;
    }

    private Identities make(Settings settings) {
        return Identities.of(new Identity(settings.identity(), store, clock), settings.identity());
    }

    /** Opens the log if it is this generation's turn, and looks after everything from now on. */
    void start() {
        tend();
        timer.scheduleWithFixedDelay(this::tend, TEND_MILLIS, TEND_MILLIS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::maintainSoon, MAINTAIN_SECONDS, MAINTAIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Takes other settings for who comes in, from the next call on; the one before serves the calls that it has. */
    void settings(Settings settings) {
        Identities before = identities;
        identities = make(settings);
        timer.schedule(before.identity()::close, 5, TimeUnit.SECONDS);
    }

    private boolean isServing() {
        return state.isServing() && !state.isTrial();
    }

    // What a timer throws ends it in silence.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void tend() {
        try {
            long now = state.revision();
            if (now != revision) {
                revision = now;
                policies.load();
                identities.identity().local().reload();
            }
            boolean serves = isServing();
            if (!serves) {
                // Before the log is given up, in which it would miss what comes.
                unfollow();
            }
            trail.tend();
            if (serves && follower == null && trail.isOpen()) {
                follow();
                // What is due at the beginning, now that this generation may write.
                maintainSoon();
            }
            trouble = null;
        } catch (RuntimeException failed) {
            if (trouble == null) {
                LOG.error("security cannot look after itself", failed);
            }
            trouble = String.valueOf(failed.getMessage());
        }
    }

    private void follow() {
        Follower next = new Follower(
                orchestrator.events(),
                new Watcher(
                        state,
                        trail,
                        new TaskTenants(orchestrator.tasks()::find),
                        orchestrator.events().end(),
                        clock),
                "security-audit");
        follower = next;
        next.start();
    }

    private void unfollow() {
        Follower last = follower;
        if (last != null) {
            follower = null;
            last.close();
        }
    }

    /** On a worker: it makes keys and removes files, and meanwhile the log may have to be given up. */
    private void maintainSoon() {
        if (!maintaining.compareAndSet(false, true)) {
            return;
        }
        try {
            workers.execute(this::maintain);
        } catch (RejectedExecutionException full) {
            maintaining.set(false);
            LOG.debug("maintained later, as all workers are busy", full);
        }
    }

    @SuppressWarnings("checkstyle:IllegalCatch")
    private void maintain() {
        try {
            if (!isServing()) {
                return;
            }
            Identity identity = identities.identity();
            identity.maintain().whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.warn("the keys of our own tokens could not be looked after", failure);
                }
            });
            identity.local().firstStart().whenComplete(this::tellOnce);
            trail.retain();
        } catch (RuntimeException | IOException failed) {
            LOG.warn("security could not be maintained", failed);
        } finally {
            maintaining.set(false);
        }
    }

    /** The administrator's first key goes into a file that its owner alone may read, and nowhere else. */
    private void tellOnce(Optional<NewSecret> made, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("the administrator's key could not be made", failure);
            return;
        }
        made.ifPresent(secret -> {
            Path file = trail.place().keys().resolve("admin.key");
            try {
                writePrivately(file, secret.text());
                LOG.info("the administrator's API key is in {}", file);
            } catch (IOException e) {
                LOG.error(
                        "the administrator's API key cannot be written to {}; revoke {} and make another",
                        file,
                        secret.id(),
                        e);
            }
        });
    }

    private static void writePrivately(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, text + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Carries out a call; empty if another generation has to, as this one has given its log up.
     *
     * @throws Declination saying why not
     */
    Optional<CompletionStage<?>> answer(IntegrationRequest request) {
        if (!trail.enter()) {
            return Optional.empty();
        }
        try {
            CompletionStage<?> stage = operations.answer(request);
            return Optional.of(stage.whenComplete((answer, failure) -> trail.leave()));
        } catch (Declination declined) {
            trail.leave();
            throw declined;
        }
    }

    String policyVersion() {
        return policies.live().current().version();
    }

    /** Whether another generation decides, and this one is only watched. */
    boolean isTrial() {
        return state.isTrial();
    }

    Orchestrator orchestrator() {
        return orchestrator;
    }

    /** What another version has kept and this one cannot read makes it refuse everybody, but not sick: it will not get better. */
    Health health() {
        String wrong = trouble == null ? trail.trouble() : trouble;
        if (wrong != null) {
            return new Health(false, wrong);
        }
        String kept = kept();
        return new Health(
                true,
                kept == null
                        ? identities.identity().authenticator().cached() + " tokens are known"
                        : "nobody is let in: " + kept);
    }

    @Override
    public void close() {
        // It may be giving up the log right now.
        timer.shutdown();
        end(timer, "timer");
        unfollow();
        trail.close();
        workers.shutdownNow();
        end(workers, "workers");
        identities.identity().close();
    }

    /** Nobody needs any more what it does, but its classes go when this has returned. */
    private static void end(ExecutorService threads, String name) {
        try {
            if (!threads.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the {} of security have not ended within {} s", name, CLOSING_SECONDS);
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
