// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends process trees: asks every process to end (SIGTERM), forces those that remain after a grace (SIGKILL), and looks
 * again until none is left, since a process may have started another meanwhile. Thread-safe.
 */
final class Killer {
    private static final Logger LOG = LoggerFactory.getLogger(Killer.class);
    private static final Duration FIRST_LOOK = Duration.ofMillis(5);
    private static final Duration LAST_LOOK = Duration.ofMillis(100);
    private static final Duration GIVE_UP = Duration.ofSeconds(5);

    private final ProcessTable table;
    private final Workers workers;
    private final LongSupplier nanos;

    Killer(ProcessTable table, Workers workers, LongSupplier nanos) {
        this.table = table;
        this.workers = workers;
        this.nanos = nanos;
    }

    /**
     * Ends a tree.
     *
     * @param grace between asking and forcing
     * @return completes when nothing of it lives, or five seconds after forcing when something will not end
     */
    CompletableFuture<Void> end(ProcessTree tree, Duration grace) {
        Hunt hunt = new Hunt(tree, grace);
        workers.execute(hunt::look);
        return hunt.over;
    }

    private final class Hunt {
        private final ProcessTree tree;
        private final long forceAt;
        private final long giveUpAt;
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private final Set<ProcessHandle> asked = new HashSet<>();
        private Set<ProcessHandle> alive = Set.of();
        private Duration pause = FIRST_LOOK;

        Hunt(ProcessTree tree, Duration grace) {
            this.tree = tree;
            this.forceAt = nanos.getAsLong() + grace.toNanos();
            this.giveUpAt = forceAt + GIVE_UP.toNanos();
        }

        /** One look after another, never two at a time. */
        private void look() {
            long now = nanos.getAsLong();
            boolean force = now - forceAt >= 0;
            // Looking at the known ones is cheap; the whole table is read when they are gone, or are to be forced.
            boolean unread = false;
            try {
                if (force || alive.stream().noneMatch(table::isAlive)) {
                    alive = table.members(tree, alive);
                }
            } catch (IllegalStateException e) {
                LOG.warn("cannot look for processes of {} now", tree.mark(), e);
                unread = true;
            }
            if (alive.isEmpty() && !unread) {
                over.complete(null);
            } else if (now - giveUpAt >= 0) {
                LOG.warn("processes {} of {} do not end", pids(), tree.mark());
                over.complete(null);
            } else {
                signal(force);
                workers.later(pause, this::look);
                pause = pause.multipliedBy(2).compareTo(LAST_LOOK) < 0 ? pause.multipliedBy(2) : LAST_LOOK;
            }
        }

        private void signal(boolean force) {
            for (ProcessHandle process : alive) {
                if (force) {
                    process.destroyForcibly();
                } else if (asked.add(process)) {
                    process.destroy();
                }
            }
        }

        private String pids() {
            return alive.stream().map(p -> Long.toString(p.pid())).toList().toString();
        }
    }
}
