// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.admin.Cluster;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a standby has published and taken back, in turn. */
final class Published implements Standby.Publisher {
    final BlockingQueue<PostgresStore> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<PostgresStore> taken = new LinkedBlockingQueue<>();
    final BlockingQueue<Cluster> clusters = new LinkedBlockingQueue<>();

    @Override
    public Runnable store(PostgresStore store) {
        opened.add(store);
        return () -> taken.add(store);
    }

    @Override
    public Runnable cluster(Cluster cluster) {
        clusters.add(cluster);
        return () -> clusters.remove(cluster);
    }

    PostgresStore nextOpened() throws InterruptedException {
        PostgresStore next = opened.poll(60, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no store was opened");
        }
        return next;
    }

    Cluster cluster() throws InterruptedException {
        Cluster cluster = clusters.poll(60, TimeUnit.SECONDS);
        if (cluster == null) {
            throw new AssertionError("nothing was published of the servers");
        }
        clusters.add(cluster);
        return cluster;
    }
}
