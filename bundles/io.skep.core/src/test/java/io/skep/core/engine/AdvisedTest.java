// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.plugin.Advice;
import io.skep.api.task.Assignment;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a plugin advises about agents, and what becomes of it. */
class AdvisedTest {
    private static final Duration HOLDS = Duration.ofSeconds(10);

    private final EngineHarness h = new EngineHarness();
    private boolean counts = true;

    private static Advice light(String agent) {
        return new Advice(agent, 0.25, 100, false, "it is slow");
    }

    private static Advice ejected(String agent) {
        return new Advice(agent, 1, 100, true, "its attempts fail");
    }

    private static Advice small(String agent, int slots) {
        return new Advice(agent, 1, slots, false, "it is slow with more");
    }

    private void advise(Advice... advice) {
        h.get(h.engine().ask(turn -> {
            h.engine().advised().take(turn, List.of(advice), turn.now().plus(HOLDS), agent -> counts);
            return true;
        }));
    }

    private CompletableFuture<List<Assignment>> waits(String agent, int most) {
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim(agent, most, Duration.ofMinutes(1)).toCompletableFuture();
        h.run();
        return claim;
    }

    private static int got(CompletableFuture<List<Assignment>> claim) {
        return claim.isDone() ? claim.join().size() : 0;
    }

    private List<String> why(Task task) {
        return h.get(h.tasks().why(task.id())).reasons();
    }

    /** Submits tasks that come to be given out in one turn. */
    private void submitAtOnce(int count) {
        h.get(h.tasks()
                .submit(IntStream.range(0, count)
                        .mapToObj(i -> TaskSpec.of("x" + i).build())
                        .toList()));
    }

    @Test
    void lighterAgent_getsLessForItsSlots_untilTheAdviceIsOver() {
        h.register("fast", 4);
        h.register("slow", 4);
        advise(light("slow"));
        CompletableFuture<List<Assignment>> fast = waits("fast", 4);
        CompletableFuture<List<Assignment>> slow = waits("slow", 4);

        submitAtOnce(3);

        assertThat(got(fast))
                .as("a quarter of the weight: idle is like three of four")
                .isEqualTo(3);
        h.advance(HOLDS.plusMillis(1));
        waits("fast", 4);
        submitAtOnce(1);
        assertThat(got(slow)).as("now it is the less loaded").isEqualTo(1);
    }

    @Test
    void ejectedAgent_getsNothing_whileAnotherStandsEvenIfThatIsFull() {
        h.register("good", 1);
        h.register("bad", 2);
        advise(ejected("bad"));
        CompletableFuture<List<Assignment>> good = waits("good", 1);
        CompletableFuture<List<Assignment>> bad = waits("bad", 2);
        h.submit("first");
        Task second = h.submit("second");

        assertThat(got(good)).isEqualTo(1);
        assertThat(bad).isNotDone();
        assertThat(why(second))
                .anySatisfy(reason -> assertThat(reason)
                        .isEqualTo("1 of the agents with its skills are ejected (bad: its attempts fail)"));

        h.advance(HOLDS.plusMillis(1));
        assertThat(got(bad)).as("advice that is over is none").isEqualTo(1);
    }

    @Test
    void whereAllAreEjected_thatIsIgnored_andSaidSo() {
        h.register("a", 1, "s");
        h.register("b", 1, "s");
        h.register("other", 1);
        advise(ejected("a"), ejected("b"));
        Task waiting = h.submit(TaskSpec.of("x").skills("s"));
        assertThat(why(waiting))
                .anySatisfy(reason -> assertThat(reason)
                        .startsWith("2 of the agents with its skills are ejected")
                        .endsWith("; no other is active, so that is ignored"));

        CompletableFuture<List<Assignment>> a = waits("a", 1);

        assertThat(got(a)).isEqualTo(1);
        assertThat(why(waiting)).anySatisfy(reason -> assertThat(reason).startsWith("that agent is ejected now"));
    }

    @Test
    void advisedSlots_boundWorkAndReservations_andMoreThanItsOwnChangeNothing() {
        h.register("a", 3);
        advise(small("a", 1));
        CompletableFuture<List<Assignment>> claim = waits("a", 3);
        submitAtOnce(2);

        assertThat(got(claim)).isEqualTo(1);
        CompletableFuture<List<Assignment>> next = waits("a", 3);
        assertThat(next).isNotDone();
        assertThat(h.refusal(h.agents().reserve("a", Duration.ofSeconds(1))).reason())
                .isEqualTo(Refusal.Reason.CONFLICT);

        advise(small("a", 50));
        assertThat(got(next)).isEqualTo(1);
    }

    @Test
    void adviceOfWhichTheFlagIsOff_isNone_andCountsAgainWithIt() {
        h.register("good", 1);
        h.register("bad", 1);
        counts = false;
        advise(ejected("bad"));
        assertThat(h.engine().agents().find("bad").isEjected()).isFalse();

        counts = true;
        h.get(h.engine().ask(turn -> {
            h.engine().advised().look(turn);
            return true;
        }));

        assertThat(h.engine().agents().find("bad").isEjected()).isTrue();
    }

    @Test
    void ejectedBest_isLeftFor_whomIsNearlyAsGood_alsoByWhatWaitsForIt() {
        AskedRouter asked = new AskedRouter();
        h.rankBy(asked);
        h.register("a", 1);
        h.register("b", 1);
        Task task = h.submit("x");
        answer(asked, 0, 0.9, 0.8);
        assertThat(h.task(task).selection().agent()).isEqualTo("a");

        advise(ejected("a"));
        answer(asked, 1, 0.9, 0.8);

        assertThat(h.task(task).selection().agent()).isEqualTo("b");
        assertThat(why(task)).contains("agent a fits best and is ejected (its attempts fail)");
    }

    @Test
    void ejectedBest_keepsWhat_nobodyElseFitsAsWell() {
        AskedRouter asked = new AskedRouter();
        h.rankBy(asked);
        h.register("a", 1);
        h.register("b", 1);
        advise(ejected("a"));
        Task task = h.submit("x");
        answer(asked, 0, 0.99, 0.5);

        assertThat(h.task(task).selection().agent()).isEqualTo("a");
        assertThat(why(task))
                .contains("agent a is ejected (its attempts fail), which is ignored: nobody else fits as well");
        assertThat(got(waits("a", 1))).isEqualTo(1);
    }

    private void answer(AskedRouter asked, int question, double a, double b) {
        List<Selection.Choice> choices = List.of(new Selection.Choice("a", a), new Selection.Choice("b", b));
        asked.questions.get(question).answer().complete(new Router.Ranked("d", choices, Map.of(), List.of()));
        h.run();
    }
}
