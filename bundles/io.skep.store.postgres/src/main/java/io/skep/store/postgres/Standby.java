// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.admin.Cluster;
import io.skep.api.store.StoreException;
import io.skep.store.postgres.PostgresLog.HeldException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the store as soon as it can be opened, on a thread of its own: while another server holds the shards, or the
 * database is away, it tries again. A store that stops, because its leases could not be renewed, is taken away from those
 * who use it, and the trying begins anew: so of two servers on one schema the second takes over from the first.
 */
final class Standby implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standby.class);
    private static final long TRY_MILLIS = 500;
    private static final long CLOSE_MILLIS = 60_000;

    private static final long LOOK_MILLIS = 100;

    private final Settings settings;
    private final String version;
    private final Publisher publisher;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable String told;

    /** Publishes something, and answers what takes it back. */
    interface Publisher {
        Runnable store(PostgresStore store);

        Runnable cluster(Cluster cluster);
    }

    /**
     * For a configuration.
     *
     * @param version of the product
     */
    Standby(Settings settings, String version, Publisher publisher) {
        this.settings = settings;
        this.version = version;
        this.publisher = publisher;
        thread = new Thread(this::run, "skep-store-postgres");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                if (takeHome()) {
                    return;
                }
            } while (!closed.await(TRY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            LOG.debug("stopped", stopped);
        }
    }

    /** Whether the directory could be taken; then all is over. */
    private boolean takeHome() throws InterruptedException {
        try (Home home = new Home(settings.directory());
                Members members = new Members(settings, home.id(), version)) {
            members.start();
            Runnable takeBack = publisher.cluster(members);
            try {
                do {
                    if (members.isDrained()) {
                        tell("drained: other servers serve until this one is told to resume, or starts anew", false);
                    } else {
                        serve(home, members);
                    }
                } while (!closed.await(TRY_MILLIS, TimeUnit.MILLISECONDS));
            } finally {
                takeBack.run();
            }
            return true;
        } catch (StoreException e) {
            tell("the store stays closed: " + e.getMessage(), true);
            return false;
        }
    }

    // Whatever it is, it is told and tried again: nobody else would ever open the store.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void serve(Home home, Members members) throws InterruptedException {
        CompletableFuture<StoreException> lost = new CompletableFuture<>();
        try (PostgresStore store = new PostgresStore(settings, home, lost::complete)) {
            told = null;
            store.takeOverImport();
            Runnable takeBack = publisher.store(store);
            try {
                awaitEnd(lost, members);
            } finally {
                takeBack.run();
            }
        } catch (HeldException e) {
            tell("waiting for the shards of " + settings + ": " + e.getMessage(), false);
        } catch (StoreException e) {
            // The message says it all: which database or directory, and what is wrong with it.
            tell("the store stays closed: " + e.getMessage(), true);
            LOG.debug("why", e);
        } catch (ExecutionException | RuntimeException defect) {
            LOG.error("the store {} could not be opened or closed", settings, defect);
        }
    }

    /** Until the store stops by itself, or this server shall leave the shards to others. */
    private static void awaitEnd(CompletableFuture<StoreException> lost, Members members)
            throws InterruptedException, ExecutionException {
        while (!members.isDrained()) {
            try {
                lost.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException still) {
                LOG.trace("it serves");
            }
        }
    }

    /** Once, and not each time it is tried again; what only differs in numbers is the same. */
    private void tell(String message, boolean error) {
        String kind = message.replaceAll("[0-9]+", "#");
        if (kind.equals(told)) {
            return;
        }
        told = kind;
        if (error) {
            LOG.error("{}", message);
        } else {
            LOG.info("{}", message);
        }
    }

    /** Takes the store back, closes it and ends. */
    @Override
    public void close() {
        // In this order: nothing may interrupt the thread once it knows that it ends, and takes its row away.
        thread.interrupt();
        closed.countDown();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the store {} is still being closed and is left to itself", settings);
        }
    }
}
