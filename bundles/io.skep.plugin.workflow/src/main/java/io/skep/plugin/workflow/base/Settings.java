// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.base;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says. Immutable.
 *
 * @param projectCommands the directory of the project's commands, or null for none
 * @param userCommands the directory of the user's commands, or null for none
 * @param maxFiles command files of one directory; those beyond are not looked at and the listing says so
 * @param maxFileBytes of one command file
 * @param maxDepth folders in folders
 * @param programs the directory of the programs that gates may run, or null for none
 * @param parallelPrograms programs of gates that run at the same time; others wait
 * @param maxPending evaluations that have not ended; more are declined
 * @param maxEnded evaluations that have ended and are remembered; the oldest go
 * @param maxGates gates
 * @param flows what of workflows is kept
 * @param results what of results is read and remembered
 */
public record Settings(
        @Nullable Path projectCommands,
        @Nullable Path userCommands,
        int maxFiles,
        int maxFileBytes,
        int maxDepth,
        @Nullable Path programs,
        int parallelPrograms,
        int maxPending,
        int maxEnded,
        int maxGates,
        Flows flows,
        Results results) {
    /** No directory, and the limits that hold where the configuration names none. */
    public static final Settings DEFAULT = new Settings(null, null, 500, 65_536, 4, null, 2, 200, 150, 200);

    /**
     * What of workflows is kept.
     *
     * @param workflows templates; more are declined
     * @param runs that have not ended; more are declined
     * @param ended runs that have ended and are remembered; the oldest go
     */
    public record Flows(int workflows, int runs, int ended) {
        /** The limits that hold where the configuration names none. */
        public static final Flows DEFAULT = new Flows(50, 100, 50);

        /** Checks the numbers. */
        public Flows {
            range("max.workflows", workflows, 1, 200);
            range("max.runs", runs, 1, 200);
            range("max.ended.runs", ended, 1, 200);
        }
    }

    /**
     * What of results is read and remembered.
     *
     * @param bytes of a result that is kept as a file and that gates read; a larger one is not judged
     * @param judged tasks of which is remembered what people were asked about; the oldest go
     */
    public record Results(int bytes, int judged) {
        /** The limits that hold where the configuration names none. */
        public static final Results DEFAULT = new Results(4 << 20, 80);

        /** Checks the numbers. */
        public Results {
            range("max.result.bytes", bytes, 1024, 16 << 20);
            range("max.judged", judged, 1, 200);
        }
    }

    /** With the limits of workflows and results that hold where none are named. */
    public Settings(
            @Nullable Path projectCommands,
            @Nullable Path userCommands,
            int maxFiles,
            int maxFileBytes,
            int maxDepth,
            @Nullable Path programs,
            int parallelPrograms,
            int maxPending,
            int maxEnded,
            int maxGates) {
        this(
                projectCommands,
                userCommands,
                maxFiles,
                maxFileBytes,
                maxDepth,
                programs,
                parallelPrograms,
                maxPending,
                maxEnded,
                maxGates,
                Flows.DEFAULT,
                Results.DEFAULT);
    }

    /** Checks the numbers. */
    public Settings {
        range("max.files", maxFiles, 1, 10_000);
        range("max.file.bytes", maxFileBytes, 1024, 1 << 20);
        range("max.depth", maxDepth, 1, 16);
        range("parallel.programs", parallelPrograms, 1, 32);
        range("max.pending", maxPending, 1, 300);
        range("max.ended", maxEnded, 1, 300);
        range("max.gates", maxGates, 1, 300);
    }

    /** The same with other directories of commands. */
    public Settings withCommands(@Nullable Path project, @Nullable Path user) {
        return new Settings(
                project,
                user,
                maxFiles,
                maxFileBytes,
                maxDepth,
                programs,
                parallelPrograms,
                maxPending,
                maxEnded,
                maxGates,
                flows,
                results);
    }

    /** The same with another directory of programs. */
    public Settings withPrograms(@Nullable Path directory) {
        return new Settings(
                projectCommands,
                userCommands,
                maxFiles,
                maxFileBytes,
                maxDepth,
                directory,
                parallelPrograms,
                maxPending,
                maxEnded,
                maxGates,
                flows,
                results);
    }

    /** The same with other limits of evaluations. */
    public Settings withEvaluations(int pending, int ended) {
        return new Settings(
                projectCommands,
                userCommands,
                maxFiles,
                maxFileBytes,
                maxDepth,
                programs,
                parallelPrograms,
                pending,
                ended,
                maxGates,
                flows,
                results);
    }

    /** The same with other limits of workflows. */
    public Settings withFlows(Flows limits) {
        return new Settings(
                projectCommands,
                userCommands,
                maxFiles,
                maxFileBytes,
                maxDepth,
                programs,
                parallelPrograms,
                maxPending,
                maxEnded,
                maxGates,
                limits,
                results);
    }

    /** The same with other limits of results. */
    public Settings withResults(Results limits) {
        return new Settings(
                projectCommands,
                userCommands,
                maxFiles,
                maxFileBytes,
                maxDepth,
                programs,
                parallelPrograms,
                maxPending,
                maxEnded,
                maxGates,
                flows,
                limits);
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " = " + value + " is not within " + min + " and " + max);
        }
    }
}
