// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import io.skep.bench.inprocess.Payload;
import io.skep.client.Poll;
import io.skep.client.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The peer: db-scheduler on PostgreSQL, with tasks that do nothing and carry the same input. Lock-and-fetch, immediate
 * execution, {@value #THREADS} threads, and of the numbers in flight that are tried the best counts.
 */
final class DbScheduler implements AutoCloseable {
    /** Threads that execute, and as many that submit. */
    static final int THREADS = 16;

    private static final String TASK = "bench";
    private static final String TABLE = String.join(
            " ",
            "CREATE TABLE scheduled_tasks (",
            "task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,",
            "execution_time timestamptz NOT NULL, picked boolean NOT NULL, picked_by text,",
            "last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz,",
            "version bigint NOT NULL, priority smallint, PRIMARY KEY (task_name, task_instance));",
            "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);",
            "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");

    private final PostgresServer postgres;
    private final HikariDataSource connections = new HikariDataSource();
    private final OneTimeTask<String> task;
    private final Scheduler scheduler;
    private final AtomicLong ids = new AtomicLong();
    private final LongAdder completed = new LongAdder();
    private final AtomicReference<@Nullable Semaphore> inFlight = new AtomicReference<>();
    private final AtomicReference<@Nullable OpenLoop> loop = new AtomicReference<>();

    /** Starts both. */
    DbScheduler(PostgresServer postgres) throws IOException {
        this.postgres = postgres;
        task = Tasks.oneTime(TASK, String.class).execute((instance, context) -> executed(instance.getId()));
        boolean started = false;
        try {
            prepare();
            scheduler = scheduler();
            scheduler.start();
            started = true;
        } finally {
            if (!started) {
                connections.close();
            }
        }
    }

    private void prepare() throws IOException {
        connections.setJdbcUrl(postgres.url());
        connections.setUsername(postgres.user());
        connections.setPassword(postgres.password());
        connections.setMaximumPoolSize(2 * THREADS + 4);
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        } catch (SQLException e) {
            throw new IOException("The table of db-scheduler cannot be made", e);
        }
    }

    private Scheduler scheduler() {
        return Scheduler.create(connections, task)
                .threads(THREADS)
                .pollUsingLockAndFetch(1.0, 4.0)
                .pollingInterval(Duration.ofSeconds(1))
                .enableImmediateExecution()
                .addSchedulerListener(new AbstractSchedulerListener() {
                    @Override
                    public void onExecutionComplete(ExecutionComplete complete) {
                        completed.increment();
                        Semaphore present = inFlight.get();
                        if (present != null) {
                            present.release();
                        }
                    }
                })
                .build();
    }

    /** What it runs on. */
    String describe() throws IOException {
        return "db-scheduler " + version() + ", lock-and-fetch, immediate execution, " + THREADS + " threads, "
                + describePostgres();
    }

    private String describePostgres() throws IOException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version'),"
                        + " current_setting('fsync'), current_setting('synchronous_commit')")) {
            row.next();
            return "PostgreSQL " + row.getString(1) + ", fsync=" + row.getString(2) + ", synchronous_commit="
                    + row.getString(3);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL does not answer", e);
        }
    }

    private static String version() {
        String jar = Scheduler.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.replaceAll(".*db-scheduler-(.*)\\.jar", "$1");
    }

    private void executed(String id) {
        OpenLoop present = loop.get();
        if (present != null) {
            present.started(Integer.parseInt(id.substring(id.indexOf('-') + 1)));
        }
    }

    /** Tasks from submission to durable completion in a second, so many of them in flight. */
    Map<String, Double> cycles(int count, Duration warmup, Duration length) throws IOException, InterruptedException {
        Semaphore permits = new Semaphore(count);
        AtomicBoolean stopped = new AtomicBoolean();
        inFlight.set(permits);
        List<Thread> submitters = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread submitter = new Thread(() -> submit(permits, stopped), "bench-peer-" + i);
            submitters.add(submitter);
            submitter.start();
        }
        Poll.pause(warmup);
        long before = completed.sum();
        long begin = System.nanoTime();
        Poll.pause(length);
        double rate = (completed.sum() - before) * 1e9 / (System.nanoTime() - begin);
        stopped.set(true);
        permits.release(THREADS);
        for (Thread submitter : submitters) {
            submitter.join();
        }
        awaitEmpty();
        inFlight.set(null);
        return Map.of("dbscheduler.cycles." + count, rate);
    }

    private void submit(Semaphore permits, AtomicBoolean stopped) {
        try {
            while (true) {
                permits.acquire();
                if (stopped.get()) {
                    return;
                }
                scheduler.schedule(task.instance(Long.toString(ids.incrementAndGet()), Payload.INPUT), Instant.now());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From submit to execution, on an idle system. */
    Map<String, Double> latency(Duration warmup, Duration length) throws IOException, InterruptedException {
        OpenLoop open = new OpenLoop(warmup, length);
        long run = ids.incrementAndGet();
        loop.set(open);
        try {
            return open.run(
                    "dbscheduler.start.latency",
                    index -> number ->
                            scheduler.schedule(task.instance(run + "-" + number, Payload.INPUT), Instant.now()));
        } finally {
            loop.set(null);
            awaitEmpty();
        }
    }

    private void awaitEmpty() throws IOException, InterruptedException {
        boolean empty = Poll.until(
                () -> scheduler.getScheduledExecutions().isEmpty(), Duration.ofMinutes(1), Duration.ofMillis(20));
        if (!empty) {
            throw new IOException("db-scheduler does not finish what it has");
        }
    }

    @Override
    public void close() throws IOException {
        scheduler.stop();
        connections.close();
    }
}
