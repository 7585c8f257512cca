// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.PluginCalls.Question;
import io.skep.testkit.plugin.PluginCalls.Reply;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What every plugin keeps to. Its test extends this class and says how an instance is made, which happens anew for each
 * test. A plugin needs no knowledge of swaps for this: what is tried here is what a swap relies on.
 *
 * <p>The test class needs a constructor without parameters: to see whether the plugin's classes can be collected, it is
 * loaded once more together with the plugin, and another instance of it makes the plugin, without {@code @BeforeEach}.
 */
public abstract class OrchestrationPluginContract extends PluginFixture {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int CALLERS = 8;
    private static final int TRIES = 5;
    /** Of which one shows how fast it is: a busy machine makes the others late. */
    private static final int TRIES_AT_SPEED = 20;

    private static final int UNKNOWN_SCHEMA = 1_000_000;

    @Test
    void capabilities_areTheSame_forItsWholeLife() throws Exception {
        OrchestrationPlugin plugin = create();
        List<Capability> before = plugin.capabilities();
        assertThat(before).isNotEmpty().doesNotContainNull();
        ready(plugin, new InMemoryPluginState());
        assertThat(plugin.capabilities()).isEqualTo(before).isEqualTo(plugin.capabilities());
        assertThat(before).extracting(Capability::id).doesNotHaveDuplicates();
    }

    @Test
    void health_isAnswered_andGoodAfterInitialisation() throws Exception {
        assertThat(health(ready())).matches(Health::healthy, "healthy");
    }

    @Test
    void unknownCapability_isNotServed() throws Exception {
        OrchestrationPlugin plugin = ready();
        Operation known = plugin.capabilities().get(0).operations().get(0);
        assertNotServed(plugin, Question.of(new Capability("no_such_capability", List.of(known)), known, "{}"));
    }

    @Test
    void unknownOperation_isNotServed() throws Exception {
        OrchestrationPlugin plugin = ready();
        for (Capability capability : plugin.capabilities()) {
            Operation known = capability.operations().get(0);
            String data = known.examples().get(0);
            Question question = Question.of(capability, renamed(known), data);
            assertNotServed(plugin, question);
        }
    }

    @Test
    void everyExample_isAnsweredOrDeclined_inTime() throws Exception {
        OrchestrationPlugin plugin = ready();
        for (Question question : questions(plugin, Operation::examples)) {
            Duration best = answered(plugin, question);
            for (int i = 1; i < TRIES_AT_SPEED && best.compareTo(question.timeout()) > 0; i++) {
                Duration next = answered(plugin, question);
                best = next.compareTo(best) < 0 ? next : best;
            }
            assertThat(best).as("%s is answered", question.request()).isLessThanOrEqualTo(question.timeout());
        }
    }

    /** Makes a call, which has to be answered or declined; after what time it was. */
    private Duration answered(OrchestrationPlugin plugin, Question question) throws InterruptedException {
        Reply reply = calls().ask(plugin, question);
        assertSound(question, reply);
        return Duration.ofNanos(reply.tookNanos());
    }

    @Test
    void defaultOperation_isTheFirst() throws Exception {
        OrchestrationPlugin plugin = ready();
        for (Capability capability : plugin.capabilities()) {
            Operation first = capability.operations().get(0);
            Question named = Question.of(capability, first, first.examples().get(0));
            Question unnamed = new Question(
                    new IntegrationRequest(
                            capability.id(), null, null, named.request().data()),
                    first.timeout());
            assertSound(unnamed, calls().ask(plugin, unnamed));
        }
    }

    @Test
    void malformedInput_isDeclined_inASentence() throws Exception {
        assertDeclined(operation -> WrongInputs.malformed());
    }

    @Test
    void unknownField_isDeclined_inASentence() throws Exception {
        assertDeclined(WrongInputs::unknownField);
    }

    @Test
    void fieldOfAWrongType_isDeclined_inASentence() throws Exception {
        assertDeclined(WrongInputs::wrongType);
    }

    @Test
    void caller_isHeldForAMomentOnly() throws Exception {
        OrchestrationPlugin plugin = ready();
        for (Capability capability : plugin.capabilities()) {
            for (Operation operation : capability.operations()) {
                Question question =
                        Question.of(capability, operation, operation.examples().get(0));
                long moment = Duration.ofMillis(momentMillis()).toNanos();
                long best = Long.MAX_VALUE;
                boolean atOnce = false;
                for (int i = 0; i < TRIES || (i < TRIES_AT_SPEED && best > moment); i++) {
                    Reply reply = calls().ask(plugin, question);
                    best = Math.min(best, reply.heldNanos());
                    atOnce |= reply.atOnce();
                }
                assertThat(Duration.ofNanos(best))
                        .as("%s holds its caller", question.request())
                        .isLessThanOrEqualTo(Duration.ofMillis(momentMillis()));
                assertThat(atOnce || !operation.immediate())
                        .as("%s, said to be immediate, has ended when it returns", question.request())
                        .isTrue();
            }
        }
    }

    @Test
    void concurrentCalls_areAllAnsweredOrDeclined() throws Exception {
        OrchestrationPlugin plugin = ready();
        List<Question> questions = questions(plugin, Operation::examples);
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int round = 0; round < TRIES; round++) {
                            questions.forEach(question -> assertSound(question, asked(plugin, question)));
                        }
                    },
                    task -> new Thread(task, PluginCalls.THREAD + "er").start()));
        }
        CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).get();
    }

    @Test
    void closing_mayHappenTwice_andLaterCallsEndToo() throws Exception {
        OrchestrationPlugin plugin = ready();
        close(plugin);
        close(plugin);
        for (Question question : questions(plugin, Operation::examples)) {
            calls().ask(plugin, question);
        }
    }

    @Test
    void state_isReadByTheNextVersion_andAgainByThisOne() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        Object written = live(ready(create(), state));
        int known = highestSchema(state.documents());
        OrchestrationPlugin next = ready(createNext(), state);
        assertThat(view(next)).as("what the next version sees").isEqualTo(written);
        Object newer = live(next);
        Map<String, PluginState.Document> left = new TreeMap<>(state.documents());
        left.values().removeIf(document -> document.schema() <= known);
        OrchestrationPlugin again = ready(create(), state);
        assertThat(view(again)).as("what this version sees after a rollback").isEqualTo(newer);
        live(again);
        assertThat(state.documents()).as("documents of the newer schema").containsAllEntriesOf(left);
    }

    @Test
    void documentOfAnUnknownSchema_isLeftAlone() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        live(ready(create(), state));
        Map<String, PluginState.Document> unknown = new TreeMap<>(state.documents());
        unknown.replaceAll((key, document) -> new PluginState.Document(UNKNOWN_SCHEMA, document.json()));
        state.become(unknown);
        live(ready(create(), state));
        assertThat(state.documents()).containsAllEntriesOf(unknown);
    }

    @Test
    void closedPlugin_leavesNoThread_andIsCollected() throws Exception {
        Remains remains = Remains.since();
        Orchestrator orchestrator = orchestrator(new InMemoryPluginState());
        WeakReference<?> gone = liveAndDie(orchestrator);
        calls().close();
        remains.awaitNoThread(goneWithin());
        Remains.awaitCollected(gone, goneWithin());
        assertThat(orchestrator.capabilities())
                .as("of the orchestrator, which lives on")
                .isNotNull();
    }

    private WeakReference<?> liveAndDie(Orchestrator orchestrator) throws Exception {
        OrchestrationPlugin plugin = create();
        initialise(plugin, orchestrator);
        for (Question question : questions(plugin, Operation::examples)) {
            calls().ask(plugin, question);
        }
        close(plugin);
        return new WeakReference<>(plugin);
    }

    @Test
    void classesOfAClosedPlugin_areCollected() throws Exception {
        WeakReference<?> gone = liveAndDieWithItsClasses();
        calls().close();
        Remains.awaitClassesCollected(gone, goneWithin());
    }

    /** The same life once more, in a class loader as that of a bundle; answers it. */
    private WeakReference<?> liveAndDieWithItsClasses() throws Exception {
        OrchestrationPlugin known = create();
        close(known);
        try (OwnLoader loader = OwnLoader.of(getClass(), known.getClass())) {
            PluginFixture twin = loader.again(this);
            OrchestrationPlugin plugin = twin.create();
            initialise(plugin, twin.orchestrator(new InMemoryPluginState()));
            for (Question question : questions(plugin, Operation::examples)) {
                calls().ask(plugin, question);
            }
            twin.close(plugin);
            return new WeakReference<>(loader);
        }
    }

    private static int highestSchema(Map<String, PluginState.Document> documents) {
        return documents.values().stream()
                .mapToInt(PluginState.Document::schema)
                .max()
                .orElse(0);
    }

    private static Operation renamed(Operation known) {
        return Operation.named("no-such-operation")
                .summary(known.summary())
                .input(known.input())
                .output(known.output())
                .timeout(SECOND)
                .examples("{}")
                .build();
    }

    private Reply asked(OrchestrationPlugin plugin, Question question) {
        try {
            return calls().ask(plugin, question);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void assertNotServed(OrchestrationPlugin plugin, Question question) throws InterruptedException {
        assertThat(calls().ask(plugin, question).response())
                .as("%s", question.request())
                .isInstanceOfAny(IntegrationResponse.Declined.class, IntegrationResponse.Gone.class);
    }

    private void assertDeclined(Function<Operation, List<String>> inputs) throws Exception {
        OrchestrationPlugin plugin = ready();
        for (Question question : questions(plugin, inputs)) {
            IntegrationResponse response = calls().ask(plugin, question).response();
            assertThat(response).as("%s", question.request()).isInstanceOf(IntegrationResponse.Declined.class);
            assertSentence(question, ((IntegrationResponse.Declined) response).reason());
        }
    }
}
