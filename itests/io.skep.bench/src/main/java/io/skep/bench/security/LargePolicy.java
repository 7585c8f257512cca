// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.security;

import io.skep.plugin.security.policy.Context;
import io.skep.plugin.security.policy.Policy;
import io.skep.plugin.security.policy.PolicyLimits;
import io.skep.plugin.security.policy.Resource;
import io.skep.plugin.security.policy.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Decisions by a policy with a hundred rules for each of its roles, in this process on the shipped jar. Each subject has two
 * roles, of which one grants what is asked in two thirds of the cases; the order is random, so that caches of the processor
 * help little.
 */
final class LargePolicy {
    private static final int WORDS = 100;
    private static final int SUBJECTS = 20_000;
    private static final Context CONTEXT = new Context(Instant.EPOCH, null);

    private final Policy policy;
    private final Subject[] subjects = new Subject[SUBJECTS];
    private final String[] actions = new String[SUBJECTS];
    private final Resource[] resources = new Resource[SUBJECTS];

    LargePolicy(int roles) {
        // Besides those that each policy is seeded with.
        PolicyLimits limits = new PolicyLimits(1 << 28, 100_000_000, 12, roles + 100, 64, roles * 100 + 100_000, 64);
        policy = Policy.of(document(roles), limits);
        Random random = new Random(3);
        for (int i = 0; i < SUBJECTS; i++) {
            int role = random.nextInt(roles);
            subjects[i] = new Subject("u" + i, "blue", List.of("r" + role, "r" + random.nextInt(roles)), null);
            boolean granted = random.nextInt(3) > 0;
            actions[i] = "a" + (role + (granted ? random.nextInt(10) : 10 + random.nextInt(50))) % WORDS;
            resources[i] = new Resource("t" + (role * 7 + random.nextInt(10)) % WORDS, "1", "blue", null);
        }
    }

    private static String document(int roles) {
        StringBuilder text = new StringBuilder("vocabulary:\n  actions: [" + words('a', 0, WORDS) + "]\n  resources: ["
                + words('t', 0, WORDS) + "]\nroles:\n");
        for (int role = 0; role < roles; role++) {
            text.append("  r")
                    .append(role)
                    .append(": {grants: [{actions: [")
                    .append(words('a', role, 10))
                    .append("], resources: [")
                    .append(words('t', role * 7, 10))
                    .append("]}]}\n");
        }
        return text.toString();
    }

    private static String words(char letter, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> letter + "" + i % WORDS)
                .collect(Collectors.joining(","));
    }

    /** The times of so many rounds over all subjects, in nanoseconds, after as many that do not count. */
    Histogram measure(int rounds) {
        Histogram times = new Histogram(3);
        int allowed = 0;
        for (int round = 0; round < 2 * rounds; round++) {
            for (int i = 0; i < SUBJECTS; i++) {
                long start = System.nanoTime();
                boolean may = policy.decide(subjects[i], actions[i], resources[i], CONTEXT)
                        .allowed();
                long nanos = System.nanoTime() - start;
                allowed += may ? 1 : 0;
                if (round >= rounds) {
                    times.recordValue(nanos);
                }
            }
        }
        // A policy that allowed nothing, or everything, would be another measurement.
        if (allowed < SUBJECTS * rounds / 2 || allowed > 2 * SUBJECTS * rounds * 9 / 10) {
            throw new IllegalStateException(allowed + " of " + 2 * SUBJECTS * rounds + " were allowed");
        }
        return times;
    }
}
