// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether what several callers have seen of one thing can be explained by their calls having happened one after the other,
 * each at some moment between its beginning and its end. The search of J. Wing and C. Gong (Testing and verifying concurrent
 * objects, 1993), which remembers, as G. Lowe's does (Testing for linearizability, 2017), what it has tried. It takes
 * exponential time in the number of calls at once, so a history is for one thing and of few callers.
 *
 * @param <S> what the thing can be, with equals and hashCode
 * @param <C> what is asked and answered
 */
public final class Linearizability<S, C> {
    private final S initial;
    private final BiFunction<S, C, @Nullable S> model;

    /**
     * A call with its answer.
     *
     * @param content what was asked and answered
     * @param begun when it began
     * @param ended when it ended; {@code Long.MAX_VALUE} if it never did, so that it may have happened or not
     */
    public record Call<C>(C content, long begun, long ended) {
        public Call {
            Objects.requireNonNull(content);
        }

        boolean isOpen() {
            return ended == Long.MAX_VALUE;
        }
    }

    private record Tried<S>(BitSet left, S state) {}

    /**
     * A check against a model.
     *
     * @param initial what the thing is at first
     * @param model what it is after a call that was answered so; null if it cannot have been answered so
     */
    public Linearizability(S initial, BiFunction<S, C, @Nullable S> model) {
        this.initial = initial;
        this.model = model;
    }

    /** Whether the history can be explained. */
    public boolean explains(List<Call<C>> history) {
        List<Call<C>> sorted = new ArrayList<>(history);
        sorted.sort(Comparator.comparingLong(Call::begun));
        Set<S> states = Set.of(initial);
        List<Call<C>> part = new ArrayList<>();
        long lastEnd = Long.MIN_VALUE;
        for (Call<C> call : sorted) {
            if (call.begun() > lastEnd) {
                // Nobody was at it: what comes next depends on nothing but what it was then.
                states = after(part, states);
                part.clear();
            }
            part.add(call);
            lastEnd = Math.max(lastEnd, call.ended());
        }
        return !after(part, states).isEmpty();
    }

    /** What it can be after these calls, if it was one of those before. By hand and not by recursion, as there may be many. */
    private Set<S> after(List<Call<C>> calls, Set<S> before) {
        Set<S> after = new HashSet<>();
        Set<Tried<S>> tried = new HashSet<>();
        Deque<Tried<S>> open = new ArrayDeque<>();
        BitSet all = new BitSet();
        all.set(0, calls.size());
        before.forEach(state -> open.push(new Tried<>(all, state)));
        while (!open.isEmpty()) {
            Tried<S> now = open.pop();
            if (now.left().stream().allMatch(i -> calls.get(i).isOpen())) {
                after.add(now.state());
            }
            next(calls, now).filter(tried::add).forEach(open::push);
        }
        return after;
    }

    /** Each call that can come next, and what it is then. Whatever began after another one had ended comes after that. */
    private Stream<Tried<S>> next(List<Call<C>> calls, Tried<S> now) {
        long firstEnd =
                now.left().stream().mapToLong(i -> calls.get(i).ended()).min().orElse(0);
        return now.left().stream()
                .filter(i -> calls.get(i).begun() <= firstEnd)
                .boxed()
                .flatMap(i -> {
                    S state = model.apply(now.state(), calls.get(i).content());
                    if (state == null) {
                        return Stream.empty();
                    }
                    BitSet rest = (BitSet) now.left().clone();
                    rest.clear(i);
                    return Stream.of(new Tried<>(rest, state));
                });
    }
}
