// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How long tasks took, by the skills that they need: the last {@value #KEPT} of each, and of all. Of tasks whose skills
 * nothing is known about, all are asked. Thread-safe.
 */
final class Durations {
    private static final int KEPT = 50;
    private static final int MAX_SKILLS = 200;
    private static final String ALL = "*";

    private final Map<String, Ring> bySkills = new LinkedHashMap<>(16, 0.75f, true);

    /** What is known of tasks with certain skills. */
    private static final class Ring {
        private final long[] work = new long[KEPT];
        private final long[] turnaround = new long[KEPT];
        private int count;
        private int next;

        void add(long worked, long turned) {
            work[next] = worked;
            turnaround[next] = turned;
            next = (next + 1) % KEPT;
            count = Math.min(KEPT, count + 1);
        }
    }

    /**
     * Times in milliseconds, as they are kept.
     *
     * @param work from the assignment of the last attempt to the end
     * @param turnaround from when the task could start to the end
     */
    record Kept(List<Long> work, List<Long> turnaround) {}

    /** A task has completed. */
    void learn(Task task) {
        Attempt last = task.attempts().isEmpty()
                ? null
                : task.attempts().get(task.attempts().size() - 1);
        Instant queued = task.queuedAt();
        if (last == null || last.endedAt() == null || queued == null) {
            return;
        }
        long end = last.endedAt().toEpochMilli();
        add(
                Node.skills(task),
                Math.max(0, end - last.assignedAt().toEpochMilli()),
                Math.max(0, end - queued.toEpochMilli()));
    }

    private synchronized void add(String skills, long work, long turnaround) {
        ring(skills).add(work, turnaround);
        ring(ALL).add(work, turnaround);
    }

    private Ring ring(String skills) {
        Ring ring = bySkills.computeIfAbsent(skills, s -> new Ring());
        if (bySkills.size() > MAX_SKILLS) {
            // The one that was asked for longest ago; all of them together never are.
            bySkills.keySet().stream()
                    .filter(key -> !key.equals(ALL))
                    .findFirst()
                    .ifPresent(bySkills::remove);
        }
        return ring;
    }

    /** Whether anything is known at all. */
    synchronized boolean isEmpty() {
        return !bySkills.containsKey(ALL);
    }

    /** On how many tasks an expectation for these skills rests. */
    synchronized int samples(String skills) {
        Ring ring = of(skills);
        return ring == null ? 0 : ring.count;
    }

    private @Nullable Ring of(String skills) {
        Ring ring = bySkills.get(skills);
        return ring == null ? bySkills.get(ALL) : ring;
    }

    /**
     * What may be left of a task.
     *
     * @param begun whether an agent has it; else it waits for one, and that counts too
     * @param elapsed for how long it has had it, or the task has waited, in milliseconds
     * @param random draws one of those that took longer than this one has so far
     */
    synchronized long draw(String skills, boolean begun, long elapsed, Random random) {
        long[] longer = longer(skills, begun, elapsed);
        return longer.length == 0 ? elapsed : longer[random.nextInt(longer.length)] - elapsed;
    }

    /** What is to be expected of that: the mean. A task that takes longer than all before is expected to take as long again. */
    synchronized long expected(String skills, boolean begun, long elapsed) {
        long[] longer = longer(skills, begun, elapsed);
        return longer.length == 0
                ? elapsed
                : Math.round(Arrays.stream(longer).average().orElse(0)) - elapsed;
    }

    private long[] longer(String skills, boolean begun, long elapsed) {
        Ring ring = of(skills);
        if (ring == null) {
            return new long[0];
        }
        long[] all = begun ? ring.work : ring.turnaround;
        return Arrays.stream(all, 0, ring.count).filter(took -> took > elapsed).toArray();
    }

    /** What is to be kept. */
    synchronized Map<String, Kept> kept() {
        Map<String, Kept> all = new LinkedHashMap<>();
        new ArrayList<>(bySkills.entrySet())
                .forEach(entry -> all.put(
                        entry.getKey(),
                        new Kept(
                                Arrays.stream(entry.getValue().work, 0, entry.getValue().count)
                                        .boxed()
                                        .toList(),
                                Arrays.stream(entry.getValue().turnaround, 0, entry.getValue().count)
                                        .boxed()
                                        .toList())));
        return all;
    }

    /** Takes over what was kept. */
    synchronized void restore(Map<String, Kept> all) {
        all.forEach((skills, kept) -> {
            int count = Math.min(kept.work().size(), kept.turnaround().size());
            Ring ring = ring(skills);
            for (int i = 0; i < count; i++) {
                ring.add(kept.work().get(i), kept.turnaround().get(i));
            }
        });
    }
}
