// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.Refusal;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.ClusterNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers on one schema. One thread says twice a second that this server is there, and reads who else is; it also
 * carries out what operators ask. While the database is away the last that was read stands. Thread-safe.
 */
final class Members implements Cluster, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);
    private static final long LOOK_MILLIS = 500;
    private static final int MAX_ASKED = 16;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Settings settings;
    private final Database database;
    private final String self;
    private final String version;
    private final ScheduledThreadPoolExecutor thread;
    private final Semaphore asked = new Semaphore(MAX_ASKED);
    private @Nullable Connection connection;
    private boolean told;
    private boolean added;
    private volatile @Nullable String url;
    private volatile List<ClusterNode> nodes = List.of();

    /**
     * For a server.
     *
     * @param self its name
     * @param version of the product
     */
    Members(Settings settings, String self, String version) {
        this.settings = settings;
        this.self = self;
        this.version = version;
        database = new Database(settings);
        thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = new Thread(work, "skep-store-members");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    void start() {
        thread.scheduleWithFixedDelay(this::lookAgain, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookAgain() {
        try {
            look(present());
            told = false;
        } catch (SQLException e) {
            if (!told) {
                LOG.warn("the other servers cannot be seen, the last ones stand: {}", e.getMessage());
                told = true;
            }
            disconnect();
        }
    }

    private void look(Connection present) throws SQLException {
        NodeRows.renew(present, new NodeRows.Own(self, url, version, PROTOCOL), settings.lease(), !added);
        added = true;
        nodes = NodeRows.read(present);
    }

    private Connection present() throws SQLException {
        Connection present = connection;
        if (present == null) {
            present = database.open();
            connection = present;
            Schema.prepare(present, settings);
        }
        return present;
    }

    private void disconnect() {
        Connection present = connection;
        connection = null;
        if (present != null) {
            try {
                present.close();
            } catch (SQLException e) {
                LOG.debug("a connection could not be closed", e);
            }
        }
    }

    /** Whether this server is to leave the shards to others. */
    boolean isDrained() {
        return find(self)
                .filter(node -> node.role() == ClusterNode.Role.DRAINING || node.role() == ClusterNode.Role.DRAINED)
                .isPresent();
    }

    private Optional<ClusterNode> find(String id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public void advertise(@Nullable String newUrl) {
        url = newUrl;
    }

    @Override
    public List<ClusterNode> nodes() {
        return nodes;
    }

    @Override
    public Optional<ClusterNode> serving() {
        return nodes.stream().filter(ClusterNode::isServing).findFirst();
    }

    @Override
    public CompletionStage<ClusterNode> drain(String id) {
        return ask(id, true);
    }

    @Override
    public CompletionStage<ClusterNode> resume(String id) {
        return ask(id, false);
    }

    private CompletionStage<ClusterNode> ask(String id, boolean drained) {
        if (!asked.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    Refusal.retryLater(Refusal.Reason.BUSY, "too many requests for nodes wait", RETRY_AFTER));
        }
        try {
            return CompletableFuture.supplyAsync(() -> set(id, drained), thread)
                    .whenComplete((node, failure) -> asked.release());
        } catch (RejectedExecutionException closed) {
            asked.release();
            return CompletableFuture.failedFuture(
                    Refusal.retryLater(Refusal.Reason.UNAVAILABLE, "the server is stopping", RETRY_AFTER));
        }
    }

    private ClusterNode set(String id, boolean drained) {
        try {
            NodeRows.Outcome outcome = database.transact(in -> NodeRows.drain(in, id, drained));
            look(present());
            if (outcome == NodeRows.Outcome.ONLY) {
                throw Refusal.of(
                        Refusal.Reason.CONFLICT,
                        "no other node could serve: " + id + " is the only one that is there and not drained");
            }
            return find(id).filter(node -> outcome == NodeRows.Outcome.DONE)
                    .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no node " + id));
        } catch (SQLException e) {
            LOG.warn("node {} could not be changed: {}", id, e.getMessage());
            disconnect();
            throw Refusal.retryLater(Refusal.Reason.UNAVAILABLE, "the database cannot be reached", RETRY_AFTER);
        }
    }

    /** Says that this server has gone, and ends. */
    @Override
    public void close() {
        // Whoever closes it is being stopped: that is to be said all the same.
        boolean interrupted = Thread.interrupted();
        thread.shutdownNow();
        try {
            if (thread.awaitTermination(settings.answer().toMillis(), TimeUnit.MILLISECONDS)) {
                disconnect();
            }
            database.with(in -> NodeRows.remove(in, self));
        } catch (SQLException e) {
            LOG.warn("that this server has gone could not be said: {}", e.getMessage());
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            database.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
