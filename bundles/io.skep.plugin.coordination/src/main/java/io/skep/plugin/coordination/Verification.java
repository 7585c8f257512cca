// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.plugin.coordination.TaskMapping.Difference;
import io.skep.plugin.coordination.TaskMapping.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of the mapping with core while both go on. Everything that differs at a first look is looked at again
 * alone: the task as core has it, then the mapping when it has read everything up to there, then the task once more. Only
 * if the task stood still in between and the mapping says something else, that is drift.
 */
final class Verification {
    private static final int LOOKS = 5;
    /** More than so many suspects are not looked at at once; the others count as unsettled. */
    private static final int MOST = 1000;

    private final Coordination coordination;
    private final Mapping mapping;
    private final Core core;
    private final List<Difference> drift = new ArrayList<>();

    /** What it came to. */
    record Result(List<Difference> drift, int unsettled) {}

    private enum Finding {
        SAME,
        DRIFT,
        MOVED
    }

    private record Looked(
            String task, Finding finding, @Nullable Difference difference) {}

    Verification(Coordination coordination, Mapping mapping, Core core) {
        this.coordination = coordination;
        this.mapping = mapping;
        this.core = core;
    }

    CompletionStage<Result> run() {
        List<Holding> held = core.held();
        return settled().thenCompose(caughtUp -> look(suspects(held), 1));
    }

    private Set<String> suspects(List<Holding> held) {
        Map<String, Holding> mapped = new HashMap<>();
        mapping.all().held().forEach(holding -> mapped.put(holding.task(), holding));
        Set<String> suspects = new LinkedHashSet<>();
        for (Holding holding : held) {
            if (!holding.isSameAs(mapped.remove(holding.task()))) {
                suspects.add(holding.task());
            }
        }
        suspects.addAll(mapped.keySet());
        return suspects;
    }

    private CompletionStage<Result> look(Set<String> suspects, int number) {
        if (suspects.isEmpty() || number > LOOKS) {
            return CompletableFuture.completedFuture(new Result(drift, suspects.size()));
        }
        List<CompletableFuture<Looked>> looks = suspects.stream()
                .limit(MOST)
                .map(task -> look(task).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).thenCompose(all -> {
            for (CompletableFuture<Looked> look : looks) {
                Looked looked = look.join();
                if (looked.finding() != Finding.MOVED) {
                    suspects.remove(looked.task());
                }
                if (looked.difference() != null) {
                    drift.add(looked.difference());
                }
            }
            return look(suspects, number + 1);
        });
    }

    private CompletionStage<Looked> look(String task) {
        return core.find(task)
                .thenCompose(before -> settled().thenCompose(caughtUp -> {
                    Holding mapped =
                            mapping.ofTask(task).held().stream().findFirst().orElse(null);
                    return core.find(task).thenApply(after -> judge(task, before, mapped, after, caughtUp));
                }));
    }

    private static Looked judge(
            String task,
            Optional<Holding> before,
            @Nullable Holding mapped,
            Optional<Holding> after,
            boolean caughtUp) {
        if (isSame(before.orElse(null), mapped) || isSame(after.orElse(null), mapped)) {
            return new Looked(task, Finding.SAME, null);
        } else if (!caughtUp || !isSame(before.orElse(null), after.orElse(null))) {
            return new Looked(task, Finding.MOVED, null);
        }
        return new Looked(
                task,
                Finding.DRIFT,
                new Difference(
                        task,
                        mapped == null ? null : Held.of(mapped),
                        after.map(Held::of).orElse(null)));
    }

    private static boolean isSame(@Nullable Holding a, @Nullable Holding b) {
        return a == null ? b == null : a.isSameAs(b);
    }

    /** Completes when the mapping has read everything that could be seen before; false if that takes too long. */
    private CompletionStage<Boolean> settled() {
        return core.settled().thenCompose(settled -> coordination.caughtUp());
    }
}
