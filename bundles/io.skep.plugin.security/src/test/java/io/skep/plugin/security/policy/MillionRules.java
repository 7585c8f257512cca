// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures decisions of a large policy: {@code roles} roles with a hundred rules each, on a hundred actions and a hundred
 * resource types. Each subject has two roles of which one grants what is asked in two thirds of the cases; the order is
 * random, so caches of the processor help little.
 */
final class MillionRules {
    private static final Logger LOG = LoggerFactory.getLogger(MillionRules.class);
    private static final int WORDS = 100;
    private static final int SUBJECTS = 20_000;

    private final int roles;
    private final Policy policy;
    private final Subject[] subjects = new Subject[SUBJECTS];
    private final String[] actions = new String[SUBJECTS];
    private final Resource[] resources = new Resource[SUBJECTS];

    MillionRules(int roles) {
        this.roles = roles;
        PolicyLimits limits = new PolicyLimits(1 << 28, 100_000_000, 12, roles, 64, roles * 100, 64);
        policy = Policy.of(List.of(document(roles)), limits);
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

    boolean decide(int i) {
        return policy.decide(subjects[i], actions[i], resources[i], Policies.CONTEXT)
                .allowed();
    }

    /** Decides all once, and returns the times in nanoseconds, sorted. */
    long[] round() {
        long[] nanos = new long[SUBJECTS];
        int allowed = 0;
        for (int i = 0; i < SUBJECTS; i++) {
            long start = System.nanoTime();
            allowed += decide(i) ? 1 : 0;
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        LOG.warn(
                "{} rules: p50 {} ns, p99 {} ns, allowed {} of {}",
                roles * 100,
                nanos[SUBJECTS / 2],
                nanos[SUBJECTS * 99 / 100],
                allowed,
                SUBJECTS);
        return nanos;
    }

    /** Runs with a million rules, or a hundred times the number that is given. */
    public static void main(String[] arguments) {
        MillionRules rules = new MillionRules(arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]));
        for (int i = 0; i < 12; i++) {
            rules.round();
        }
    }
}
