// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.agent.ScalingOrder;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.PluginState.Document;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Decided;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Evaluated;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Limits;
import io.skep.plugin.monitoring.scaling.ScalingOffer.Status;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Decisions that are kept, carried out, and answered for. */
class ScalingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Targets QUICK = new Targets(1_000, 0.75, 60_000, 1_000, 100, 100, 100, 4, 100, 1000);

    private final World world = new World();
    private FakeOrchestrator orchestrator;
    private Scaling scaling;

    @AfterEach
    void close() {
        if (scaling != null) {
            scaling.close();
        }
    }

    private static ScalingSettings settings(boolean isProposing, long ceiling) {
        return new ScalingSettings(isProposing, 50, QUICK, 1_000, 1_000, ceiling, List.of());
    }

    private void begin() {
        begin(settings(false, 0));
    }

    private void begin(ScalingSettings settings) {
        orchestrator = world.orchestrator();
        Scalers scalers = new Scalers();
        scalers.add(world);
        scaling = new Scaling(orchestrator, Clock.systemUTC(), new Codec(), settings, scalers);
        scaling.start();
    }

    private void awaitWanted(int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(world.group.wanted())
                        .as("trouble: %s", scaling.trouble())
                        .isEqualTo(count));
    }

    private void awaitMore() {
        await().atMost(PATIENCE).until(() -> world.group.wanted() > 1);
    }

    private void awaitLooks() {
        await().atMost(PATIENCE)
                .until(() -> !ask(Status.class, "status", "{}").groups().isEmpty());
    }

    private <T> T ask(Class<T> type, String operation, String data) {
        return type.cast(ask(operation, data));
    }

    private Object ask(String operation, String data) {
        return scaling.answer(operation, data)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private List<Decision.Shown> decisions() {
        return ask(Decided.class, "decisions", "{}").decisions();
    }

    private Decision.Shown first() {
        List<Decision.Shown> all = decisions();
        return all.get(all.size() - 1);
    }

    private List<String> told() {
        return orchestrator.notices().stream().map(Notice::type).toList();
    }

    @Test
    void queueThatIsTooOld_isDecidedCarriedOutToldAndMeasured() {
        world.waiting(6, 5_000);
        begin();
        awaitMore();
        world.waiting(0, 0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told())
                        .contains("monitoring.scaling.out", "monitoring.scaling.effect", "monitoring.scaling.in"));
        awaitWanted(1);
        Decision.Shown first = first();
        assertThat(first.decision()).isEqualTo("g.1");
        assertThat(first.group()).isEqualTo("g");
        assertThat(first.rule()).isEqualTo("backlog");
        assertThat(first.state()).isEqualTo("done");
        assertThat(first.outcome()).contains(" s later: ").contains("the oldest waited for");
        assertThat(world.orders).extracting(ScalingOrder::decision).doesNotHaveDuplicates();
    }

    @Test
    void decisionThatIsKept_isCarriedOutByTheNextStart_underTheSameNumber() {
        // The scaler has heard it, and the server dies before it hears the answer.
        world.answering = order -> new CompletableFuture<>();
        world.waiting(6, 5_000);
        begin();
        await().atMost(PATIENCE).until(() -> !world.orders.isEmpty());
        scaling.close();
        ScalingOrder lost = world.orders.get(0);
        world.answering = world::done;
        world.waiting(0, 0);
        begin();
        await().atMost(PATIENCE)
                .until(() -> decisions().stream()
                        .anyMatch(one ->
                                one.decision().equals("g.1") && one.state().equals("done")));
        assertThat(world.orders)
                .filteredOn(order -> order.decision() == 1)
                .hasSizeGreaterThan(1)
                .allMatch(lost::equals);
        assertThat(decisions())
                .extracting(Decision.Shown::decision)
                .contains("g.1")
                .doesNotHaveDuplicates();
    }

    @Test
    void answerThatDoesNotCome_isAskedForAgain_andInTheEndGivenUp() {
        world.answering =
                order -> CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.UNAVAILABLE, "nobody is there"));
        world.waiting(6, 5_000);
        begin();
        await().atMost(PATIENCE).until(() -> told().contains("monitoring.scaling.failed"));
        assertThat(world.orders).filteredOn(order -> order.decision() == 1).hasSize(5);
        Decision.Shown failed = first();
        assertThat(failed.state()).isEqualTo("failed");
        assertThat(failed.outcome()).isEqualTo("nobody is there");
        world.answering = world::done;
        await().atMost(PATIENCE).until(() -> world.group.wanted() > 1);
    }

    @Test
    void orderThatIsRefusedForGood_isNotRepeated() {
        world.answering = order -> {
            throw Refusal.invalid("to", "never");
        };
        world.waiting(6, 5_000);
        begin();
        await().atMost(PATIENCE).until(() -> told().contains("monitoring.scaling.failed"));
        assertThat(world.orders).filteredOn(order -> order.decision() == 1).hasSize(1);
    }

    @Test
    void whileNothingIsToBeDone_itIsOnlyProposed_andOnce() {
        world.waiting(6, 5_000);
        begin(settings(true, 0));
        await().atMost(PATIENCE).until(() -> !decisions().isEmpty());
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(decisions()).hasSize(1);
        assertThat(decisions().get(0).state()).isEqualTo("proposed");
        assertThat(world.orders).isEmpty();
        Limits limits = ask(Limits.class, "set", "{\"mode\":\"act\"}");
        assertThat(limits.mode()).isEqualTo("act");
        awaitMore();
    }

    @Test
    void costCeiling_holdsForWhatIsSaidLaterToo() {
        world.waiting(50, 5_000);
        begin(settings(false, 350));
        awaitWanted(3);
        Limits limits = ask(Limits.class, "set", "{\"ceilingMicros\":250}");
        assertThat(limits.ceilingMicros()).isEqualTo(250);
        awaitWanted(2);
        assertThat(ask(Status.class, "status", "{}").costMicros()).isLessThanOrEqualTo(300);
    }

    @Test
    void pause_limitsAndGroups_areKept() {
        begin();
        awaitLooks();
        ask("set", "{\"group\":\"sim:g\",\"paused\":true,\"max\":4}");
        world.waiting(50, 5_000);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask(Status.class, "status", "{\"group\":\"sim:g\"}")
                                .groups()
                                .get(0)
                                .waitsFor())
                        .containsExactly("scaling of this group is paused"));
        scaling.close();
        begin();
        awaitLooks();
        ask("set", "{\"paused\":true}");
        ask("set", "{\"group\":\"sim:g\",\"paused\":false}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask(Status.class, "status", "{}")
                                .groups()
                                .get(0)
                                .waitsFor())
                        .containsExactly("scaling is paused"));
        assertThat(world.orders).isEmpty();
        Limits limits = ask(Limits.class, "set", "{\"paused\":false}");
        assertThat(limits.groups()).hasSize(1);
        assertThat(limits.groups().get(0).max()).isEqualTo(4);
        awaitWanted(4);
        assertThat(limits).isEqualTo(ask("set", "{}"));
    }

    @Test
    void evaluate_saysWhatWouldBe_andDoesNothing() {
        begin();
        awaitLooks();
        Evaluated evaluated =
                ask(Evaluated.class, "evaluate", "{\"depth\":100,\"oldestMillis\":3000,\"workMillis\":500,\"busy\":1}");
        assertThat(evaluated.groups().get(0).verdict().to()).isEqualTo(5);
        assertThat(evaluated.groups().get(0).verdict().hindrances()).containsExactly("at once 4 are added at most");
        assertThat(world.orders).isEmpty();
    }

    @Test
    void whatCannotBe_isDeclined() {
        begin();
        awaitLooks();
        assertThatThrownBy(() -> ask("status", "{\"group\":\"x\"}")).hasMessage("there is no group \"x\"");
        assertThatThrownBy(() -> ask("set", "{\"group\":\"x\",\"paused\":true}"))
                .hasMessage("there is no group \"x\"");
        assertThatThrownBy(() -> ask("set", "{\"min\":1}")).hasMessageContaining("must be named");
        assertThatThrownBy(() -> ask("set", "{\"group\":\"sim:g\",\"min\":3,\"max\":2}"))
                .hasMessage("\"min\" 3 is more than \"max\" 2");
        assertThatThrownBy(() -> ask("evaluate", "{\"workMillis\":-1.0}")).hasMessageContaining("workMillis");
        assertThatThrownBy(() -> ask("nothing", "{}")).isInstanceOf(Declination.class);
    }

    @Test
    void documentsOfAnotherSchema_areLeftAlone_andNothingIsDecided() {
        Document other = new Document(9, "{}");
        world.state.become(Map.of(Control.KEY, other, "scaling:sim:g", other));
        world.waiting(50, 5_000);
        begin();
        awaitLooks();
        assertThatThrownBy(() -> ask("set", "{\"paused\":false}")).hasMessageContaining("this version cannot read");
        world.state.become(Map.of("scaling:sim:g", other));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask(Status.class, "status", "{}")
                                .groups()
                                .get(0)
                                .waitsFor())
                        .containsExactly("what is kept of it, this version cannot read"));
        assertThat(world.orders).isEmpty();
        assertThat(world.state.documents()).containsEntry("scaling:sim:g", other);
    }

    @Test
    void generationThatIsTried_doesNothing_andGoesOnFromWhatTheOtherDecided_onceItServes() throws Exception {
        AtomicBoolean isServing = new AtomicBoolean();
        world.waiting(6, 5_000);
        orchestrator = world.orchestrator();
        Scalers scalers = new Scalers();
        scalers.add(world);
        scaling = new Scaling(
                world.generation(orchestrator, isServing::get),
                Clock.systemUTC(),
                new Codec(),
                settings(false, 0),
                scalers);
        scaling.start();
        awaitLooks();
        Book other = new Book(world.state.conditional(), new Codec(), "scaling:sim:g");
        other.load();
        Verdict verdict = new Verdict(1, 3, "age", "the other one said so", List.of(), List.of());
        Figures figures = new Figures(1, 1, 1, 1, 1, 1, 1, 1, null, null);
        assertThat(other.keep(Decision.of(
                        other.next(), System.currentTimeMillis(), verdict, figures, Decision.State.PENDING)))
                .isTrue();
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(world.orders).isEmpty();
        isServing.set(true);
        awaitWanted(3);
        assertThat(world.orders.get(0).decision()).isEqualTo(1);
        assertThat(world.orders.get(0).to()).isEqualTo(3);
    }

    @Test
    void whatIsSwitchedOff_doesNothing() {
        world.isOn = false;
        world.waiting(50, 5_000);
        begin();
        awaitLooks();
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(world.orders).isEmpty();
        assertThat(world.state.documents()).isEmpty();
    }

    @Test
    void scalerThatIsBroken_isNamed_andTheOthersAreScaled() {
        world.waiting(6, 5_000);
        orchestrator = world.orchestrator();
        Scalers scalers = new Scalers();
        scalers.add(new BrokenScaler());
        scalers.add(world);
        scaling = new Scaling(orchestrator, Clock.systemUTC(), new Codec(), settings(false, 0), scalers);
        scaling.start();
        awaitMore();
        scalers.remove(world);
        await().atMost(PATIENCE)
                .until(() -> ask(Status.class, "status", "{}").groups().isEmpty());
    }

    @Test
    void decisionOfAnotherGeneration_isNotOverwritten() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        Book one = new Book(state.conditional(), new Codec(), "k");
        Book other = new Book(state.conditional(), new Codec(), "k");
        one.load();
        other.load();
        Verdict verdict = new Verdict(1, 2, "age", "", List.of(), List.of());
        Figures figures = new Figures(1, 1, 1, 1, 1, 1, 1, 1, null, null);
        assertThat(one.keep(Decision.of(one.next(), 1, verdict, figures, Decision.State.PENDING)))
                .isTrue();
        assertThat(other.keep(Decision.of(other.next(), 2, verdict, figures, Decision.State.PENDING)))
                .isFalse();
        assertThat(other.decisions()).isEqualTo(one.decisions()).hasSize(1);
        assertThat(other.next()).isEqualTo(2);
    }
}
