// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration, checked. Immutable.
 *
 * @param files the directory of the hook files, or null for none
 * @param programs the directory of the programs that hooks may run, or null for none
 * @param secrets the directory of the secrets by which webhooks sign, or null for none
 * @param look the pause between two looks at the hook files
 * @param maxHooks hooks at most
 * @param parallelPrograms programs that run at the same time
 * @param maxChecks checks of tasks that have not ended
 * @param maxDeadLetters dead letters that are kept
 * @param cursor the pause between two notes of where a hook stands in the stream
 * @param budget what a hook may cost that holds tasks up
 * @param maxOperations named operations whose times are kept
 * @param tracing where traces go
 * @param isPlainForAny whether webhooks may be called by plain HTTP beyond this machine
 */
record Settings(
        @Nullable Path files,
        @Nullable Path programs,
        @Nullable Path secrets,
        Duration look,
        int maxHooks,
        int parallelPrograms,
        int maxChecks,
        int maxDeadLetters,
        Duration cursor,
        Budget budget,
        int maxOperations,
        Tracing tracing,
        boolean isPlainForAny) {
    /** What is told and nothing else. */
    static final String TELL = "tell";

    /** What may become of a hook that is over its budget. */
    static final List<String> POLICIES = List.of(TELL, HookSpec.ASYNCHRONOUS, HookSpec.OFF);

    static final Settings DEFAULT = new Settings(
            null,
            null,
            null,
            Duration.ofSeconds(1),
            50,
            4,
            300,
            1_000,
            Duration.ofSeconds(1),
            new Budget(5, 2, TELL),
            200,
            Tracing.OFF,
            false);

    /**
     * What a hook may cost that holds tasks up.
     *
     * @param p95Millis in 95 of 100 cases, in milliseconds
     * @param meanMillis on average, in milliseconds
     * @param policy what becomes of one that costs more
     */
    record Budget(double p95Millis, double meanMillis, String policy) {
        Budget {
            if (!POLICIES.contains(policy)) {
                throw new IllegalArgumentException(
                        "budget.policy must be one of " + String.join(", ", POLICIES) + ", not " + policy);
            }
        }
    }

    static Settings of(Config config) {
        return new Settings(
                path("files", config.files()),
                path("programs", config.programs()),
                path("secrets", config.secrets()),
                Duration.ofMillis(within("look.millis", config.look_millis(), 100, 60_000)),
                within("max.hooks", config.max_hooks(), 1, 100),
                within("parallel.programs", config.parallel_programs(), 1, 32),
                within("max.checks", config.max_checks(), 1, 1_000),
                within("max.dead.letters", config.max_dead_letters(), 1, 5_000),
                Duration.ofMillis(within("cursor.millis", config.cursor_millis(), 100, 60_000)),
                new Budget(
                        within("budget.p95.millis", config.budget_p95_millis(), 1, 60_000),
                        within("budget.mean.millis", config.budget_mean_millis(), 1, 60_000),
                        config.budget_policy()),
                within("max.operations", config.max_operations(), 1, 1_000),
                Tracing.of(config),
                isPlainForAny(config));
    }

    /** The same with other directories. */
    Settings in(@Nullable Path itsFiles, @Nullable Path itsPrograms, @Nullable Path itsSecrets) {
        return new Settings(
                itsFiles,
                itsPrograms,
                itsSecrets,
                look,
                maxHooks,
                parallelPrograms,
                maxChecks,
                maxDeadLetters,
                cursor,
                budget,
                maxOperations,
                tracing,
                isPlainForAny);
    }

    /** The same with other limits of what is kept. */
    Settings keeping(int checks, int deadLetters, int operations) {
        return new Settings(
                files,
                programs,
                secrets,
                look,
                maxHooks,
                parallelPrograms,
                checks,
                deadLetters,
                cursor,
                budget,
                operations,
                tracing,
                isPlainForAny);
    }

    /** The same with another budget. */
    Settings with(Budget other) {
        return new Settings(
                files,
                programs,
                secrets,
                look,
                maxHooks,
                parallelPrograms,
                maxChecks,
                maxDeadLetters,
                cursor,
                other,
                maxOperations,
                tracing,
                isPlainForAny);
    }

    /** The same with traces that go elsewhere. */
    Settings with(Tracing other) {
        return new Settings(
                files,
                programs,
                secrets,
                look,
                maxHooks,
                parallelPrograms,
                maxChecks,
                maxDeadLetters,
                cursor,
                budget,
                maxOperations,
                other,
                isPlainForAny);
    }

    static boolean isPlainForAny(Config config) {
        String plain = config.plain_http();
        if (!plain.equals("loopback") && !plain.equals("any")) {
            throw new IllegalArgumentException("plain.http must be loopback or any, not " + plain);
        }
        return plain.equals("any");
    }

    static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " must be " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    static @Nullable Path path(String name, String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return Path.of(System.getProperty("karaf.base", "."))
                    .resolve(text.strip())
                    .toAbsolutePath()
                    .normalize();
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException(name + " is no path: " + wrong.getReason(), wrong);
        }
    }
}
