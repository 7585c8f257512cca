// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.Refusal;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import io.skep.api.plugin.Notice;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One group: looks at it, decides, has it carried out, and looks what came of it. A decision is kept before it is carried
 * out, and one that is kept and not known to be carried out is carried out again under the same number. Used by one thread,
 * but for {@link #seen} and {@link #book}.
 */
final class Tracker {
    private static final int MOST_TRIES = 5;
    /** So many pauses between two looks, and it is not known what was meanwhile. */
    private static final int LONGEST_GAP = 10;

    private final ScalingSettings settings;
    private final Decider decider;
    private final Window window;
    private final Holt arrivals = new Holt();
    private final Work work = new Work();
    private final Book book;
    private final Consumer<Notice> told;
    private @Nullable CompletableFuture<ScalingGroup> underWay;
    private int tries;
    private long tryAt;
    private volatile @Nullable Seen seen;

    /**
     * The last look. Immutable.
     *
     * @param rate cost of an hour of the group now, in micros
     */
    record Seen(
            Scalers.Member member, Figures figures, Bounds bounds, Window.Seen window, Verdict verdict, long rate) {}

    Tracker(ScalingSettings settings, Book book, Consumer<Notice> told) {
        this.settings = settings;
        this.decider = new Decider(settings.targets());
        this.window = new Window(settings.targets().stableMillis());
        this.book = book;
        this.told = told;
        load();
    }

    /** Reads what is kept. */
    void load() {
        book.load();
        Holt.Kept kept = book.arrivals();
        if (kept != null) {
            arrivals.become(kept);
        }
        work.become(book.workMillis());
        underWay = null;
        tries = 0;
        tryAt = 0;
    }

    Book book() {
        return book;
    }

    /** The last look, or null before the first. */
    @Nullable
    Seen seen() {
        return seen;
    }

    /**
     * Looks, and decides unless something speaks against it.
     *
     * @param shown the group without what is learned here
     * @param held slots in use, also of agents that drain
     * @param begun attempts that began since the last look
     */
    void look(Scalers.Member member, Figures shown, int held, int begun, Control.Said said, Costs costs, long now)
            throws InterruptedException {
        long longest = LONGEST_GAP * settings.lookMillis();
        work.add(held, begun, now, longest);
        arrivals.add(shown.inPerSecond(), now, longest);
        Figures figures = shown.with(arrivals.expected(settings.targets().horizonMillis()), work.millis());
        Control.OfGroup limits = said.group(member.key());
        int min = within(Objects.requireNonNullElse(limits.min(), 0), member.group());
        int max = Math.max(min, within(Objects.requireNonNullElse(limits.max(), Integer.MAX_VALUE), member.group()));
        Bounds bounds = History.bounds(book.decisions(), min, max, costs.affordable(member), rests(said, limits), now);
        Window.Seen over = window.add(decider.wanted(figures), now);
        Verdict verdict = decider.decide(figures, bounds, over, now);
        long rate = member.group().hourCostMicros() * member.group().agents().size();
        seen = new Seen(member, figures, bounds, over, verdict, rate);
        book.learned(arrivals.kept(), work.millis());
    }

    private static int within(int value, ScalingGroup group) {
        return Math.max(group.min(), Math.min(group.max(), value));
    }

    private @Nullable String rests(Control.Said said, Control.OfGroup limits) {
        if (Boolean.TRUE.equals(said.paused())) {
            return "scaling is paused";
        } else if (Boolean.TRUE.equals(limits.paused())) {
            return "scaling of this group is paused";
        } else if (pending().isPresent()) {
            return "a decision is being carried out";
        }
        return book.trouble();
    }

    private Optional<Decision> pending() {
        return book.decisions().stream().filter(Decision::awaits).findFirst();
    }

    /** Does what the last look wants; only the generation that serves does this. */
    void act(boolean isProposing, Costs costs, long now) throws InterruptedException {
        Seen last = Objects.requireNonNull(seen);
        Optional<Decision> pending = pending();
        if (pending.isPresent()) {
            goOn(last.member(), pending.get(), now);
            return;
        }
        measure(last, now);
        Verdict verdict = last.verdict();
        if (verdict.to() == verdict.from() || (isProposing && History.isProposed(book.decisions(), verdict, now))) {
            return;
        }
        Decision.State state = isProposing ? Decision.State.PROPOSED : Decision.State.PENDING;
        Decision decision = Decision.of(book.next(), now, verdict, last.figures(), state);
        if (book.keep(decision) && !isProposing) {
            tries = 0;
            costs.plan(last.member(), decision.to());
            carryOut(last.member(), decision, now);
        }
    }

    private void goOn(Scalers.Member member, Decision decision, long now) throws InterruptedException {
        CompletableFuture<ScalingGroup> going = underWay;
        if (going == null) {
            if (now >= tryAt) {
                carryOut(member, decision, now);
            }
        } else if (going.isCompletedExceptionally()) {
            underWay = null;
            Throwable cause = cause(going);
            boolean isFinal =
                    cause instanceof Refusal refusal && !refusal.reason().isRetryable();
            failed(decision, String.valueOf(cause.getMessage()), isFinal, now);
        } else if (going.isDone()) {
            underWay = null;
            tries = 0;
            if (book.keep(decision.ended(Decision.State.DONE, now, null))) {
                tell(member, decision, decision.grows() ? "out" : "in", decision.because());
            }
        } else if (now >= tryAt + settings.orderMillis()) {
            // Whatever became of it: the number says that it is the same.
            underWay = null;
            failed(decision, "there was no answer", false, now);
        }
    }

    private void failed(Decision decision, String why, boolean isFinal, long now) throws InterruptedException {
        tryAt = now + (settings.lookMillis() << tries);
        if (!isFinal && tries < MOST_TRIES) {
            return;
        }
        tries = 0;
        if (book.keep(decision.ended(Decision.State.FAILED, now, why))) {
            tell(Objects.requireNonNull(seen).member(), decision, "failed", why);
        }
    }

    /** Code of others: what it throws is an answer like any other. */
    private void carryOut(Scalers.Member member, Decision decision, long now) {
        tries++;
        tryAt = now;
        ScalingOrder order = new ScalingOrder(
                member.group().name(), decision.from(), decision.to(), decision.id(), decision.because());
        CompletableFuture<ScalingGroup> answer = new CompletableFuture<>();
        underWay = answer;
        CompletableFuture.completedFuture(order)
                .thenCompose(member.scaler()::scaleTo)
                .whenComplete((group, failure) -> {
                    if (failure == null) {
                        answer.complete(group);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
    }

    private void measure(Seen last, long now) throws InterruptedException {
        for (Decision decision : book.decisions()) {
            Long ended = decision.endedAt();
            if (decision.state() != Decision.State.DONE || ended == null || decision.after() != null) {
                continue;
            }
            if (now - ended >= settings.effectMillis()) {
                Decision measured = decision.measured(last.figures(), now);
                if (book.keep(measured)) {
                    tell(last.member(), measured, "effect", Objects.requireNonNull(measured.outcome()));
                }
            }
        }
    }

    private void tell(Scalers.Member member, Decision decision, String what, String why) {
        String text = "decision " + decision.id() + ", from " + decision.from() + " to " + decision.to() + ": " + why;
        told.accept(new Notice(
                "monitoring.scaling." + what,
                member.group().name(),
                text.substring(0, Math.min(Notice.MAX_CAUSE, text.length()))));
    }

    private static Throwable cause(CompletableFuture<?> failed) {
        Throwable thrown = failed.handle((group, failure) -> failure).join();
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
