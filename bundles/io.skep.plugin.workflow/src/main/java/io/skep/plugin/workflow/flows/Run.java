// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of a workflow. Immutable; its JSON is what is kept, so that whoever goes on with it needs nothing else.
 *
 * @param workflow the name of the template
 * @param version of the template, 0 if it was given with the start
 * @param template as it was then
 * @param input what the run was given
 * @param tenant of its tasks, where neither step nor template says another; or null
 * @param owner who began it and to whom its tasks belong; null for nobody in particular
 * @param startedAt ISO-8601
 * @param endedAt ISO-8601, or null while it goes on
 * @param state one of the constants
 * @param reason why it is there, in words; empty if there is nothing to say
 * @param paused whether nothing more begins until it is resumed
 * @param compensates whether steps are undone if it fails or is canceled
 * @param round how often it was made to begin, from 1
 * @param spent what tasks of earlier rounds that are steps no more have used up of the budget; null for nothing
 * @param steps in the order of the template
 * @param history the newest transitions, oldest first
 * @param untold how many of them, the newest, have not been told as events yet
 */
public record Run(
        String id,
        String workflow,
        int version,
        TemplateSpec template,
        JsonNode input,
        @Nullable String tenant,
        @Nullable String owner,
        String startedAt,
        @Nullable String endedAt,
        String state,
        String reason,
        boolean paused,
        boolean compensates,
        int round,
        @Nullable Spent spent,
        List<StepRun> steps,
        List<Moment> history,
        int untold) {
    static final String RUNNING = "running";
    /** A step has failed: what has begun is let end, then what was done is undone. */
    static final String FAILING = "failing";
    /** It was asked for: what has begun is canceled, then what was done is undone. */
    static final String CANCELING = "canceling";

    static final String COMPLETED = "completed";
    static final String FAILED = "failed";
    static final String CANCELED = "canceled";

    private static final int MAX_HISTORY = 200;
    /** More than two passes over the largest run make; if nothing can be told for longer, the oldest are never told. */
    private static final int MAX_UNTOLD = 500;

    private static final int MOST_REASON = 300;

    /**
     * A transition.
     *
     * @param step null for one of the run
     * @param what in a word or two, then, if there is something to say, a colon and why
     */
    public record Moment(String at, @Nullable String step, String what) {}

    /** Copies. */
    public Run {
        steps = List.copyOf(steps);
        history = List.copyOf(history);
        untold = Math.max(0, Math.min(untold, history.size()));
    }

    /** One in which nothing has begun. */
    static Run of(Started started, String at) {
        TemplateSpec template = started.template();
        Run run = new Run(
                started.id(),
                started.workflow(),
                started.version(),
                template,
                started.input(),
                started.tenant(),
                started.owner(),
                at,
                null,
                RUNNING,
                "",
                false,
                true,
                1,
                null,
                template.all().stream()
                        .map(step -> StepRun.waiting(step.called(), 1, at))
                        .toList(),
                List.of(),
                0);
        return run.noting(at, null, "started");
    }

    /** What a run is begun with. */
    record Started(
            String id,
            String workflow,
            int version,
            TemplateSpec template,
            JsonNode input,
            @Nullable String tenant,
            @Nullable String owner) {}

    /**
     * Whether nothing has changed: what changes nothing gives back what it was given. Not by the equals of records, here
     * and elsewhere in this package: the JDK remembers the class for which it bound that last, and with it the plugin.
     */
    static boolean same(Object now, Object before) {
        return now == before;
    }

    boolean is(String wanted) {
        return state.equals(wanted);
    }

    boolean isOver() {
        return endedAt != null;
    }

    StepRun step(int index) {
        return steps.get(index);
    }

    StepSpec spec(int index) {
        return template.step(index);
    }

    int indexOf(String step) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).id().equals(step)) {
                return i;
            }
        }
        return -1;
    }

    /** How many tasks its steps have become. */
    int taskCount() {
        return steps.stream().mapToInt(step -> step.tasks().size()).sum();
    }

    int lastOrder() {
        return steps.stream().mapToInt(StepRun::order).max().orElse(0);
    }

    /** With a step as it is now; a new state of it goes into the history. */
    Run with(int index, StepRun step) {
        StepRun before = steps.get(index);
        List<StepRun> changed = new ArrayList<>(steps);
        changed.set(index, step);
        Run next = with(changed, history, untold);
        StepRun.Undo undo = step.undo();
        if (!before.state().equals(step.state())) {
            next = next.noting(step.at(), step.id(), described(step.state(), step.reason()));
        }
        StepRun.Undo undoBefore = before.undo();
        return undo == null || (undoBefore != null && undoBefore.state().equals(undo.state()))
                ? next
                : next.noting(step.at(), step.id(), described("compensation " + undo.state(), undo.reason()));
    }

    private static String described(String state, String reason) {
        return reason.isEmpty() ? state : state + ": " + reason;
    }

    Run now(String next, String why, String at) {
        return standing(endedAt, next, line(why), paused, compensates, round)
                .noting(at, null, described(next, line(why)));
    }

    Run ended(String next, String why, String at) {
        return standing(at, next, line(why), false, compensates, round).noting(at, null, described(next, line(why)));
    }

    Run pausing(boolean now, String at) {
        return standing(endedAt, state, reason, now, compensates, round).noting(at, null, now ? "paused" : "resumed");
    }

    Run notCompensating() {
        return standing(endedAt, state, reason, paused, false, round);
    }

    Spent used() {
        return spent == null ? Spent.NONE : spent;
    }

    Run with(Spent used) {
        return new Run(
                id,
                workflow,
                version,
                template,
                input,
                tenant,
                owner,
                startedAt,
                endedAt,
                state,
                reason,
                paused,
                compensates,
                round,
                used,
                steps,
                history,
                untold);
    }

    /** Going on once more, with those steps. */
    Run again(List<StepRun> fresh, String why, String at) {
        return standing(null, RUNNING, "", false, true, round + 1)
                .with(fresh, history, untold)
                .noting(at, null, described("rerun", why));
    }

    Run noting(String at, @Nullable String step, String what) {
        List<Moment> more = new ArrayList<>(history);
        more.add(new Moment(at, step, line(what)));
        return with(steps, more, Math.min(untold + 1, MAX_UNTOLD));
    }

    /** The transitions that are to be told as events, oldest first. */
    List<Moment> toTell() {
        return history.subList(history.size() - untold, history.size());
    }

    /** With so many more of its transitions told, the oldest of those that were not. */
    Run told(int count) {
        return count == 0 ? this : with(steps, history, untold - count);
    }

    /** Whether nothing more is to be done: it has ended, and that is told. */
    boolean isSettled() {
        return isOver() && untold == 0;
    }

    private Run with(List<StepRun> changed, List<Moment> past, int notTold) {
        int kept = Math.min(past.size(), Math.max(MAX_HISTORY, notTold));
        return new Run(
                id,
                workflow,
                version,
                template,
                input,
                tenant,
                owner,
                startedAt,
                endedAt,
                state,
                reason,
                paused,
                compensates,
                round,
                spent,
                changed,
                past.subList(past.size() - kept, past.size()),
                notTold);
    }

    private Run standing(@Nullable String end, String next, String why, boolean pause, boolean undo, int number) {
        return new Run(
                id, workflow, version, template, input, tenant, owner, startedAt, end, next, why, pause, undo, number,
                spent, steps, history, untold);
    }

    /** Words of others, in one line that is not too long. */
    static String line(String text) {
        String line = text.substring(0, Math.min(text.length(), MOST_REASON * 2))
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]+", " ")
                .strip();
        return line.length() > MOST_REASON ? line.substring(0, MOST_REASON - 1) + '…' : line;
    }
}
