// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.testkit.plugin.PluginCalls.Question;
import io.skep.testkit.plugin.PluginCalls.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Makes plugins, calls them, and closes them after each test. What subclasses say here holds for the whole contract. */
public abstract class PluginFixture {
    private static final Duration READY_WITHIN = Duration.ofSeconds(10);
    private static final Duration HEALTH_WITHIN = Duration.ofSeconds(2);
    private static final int MAX_REASON_CHARS = 300;

    private final List<OrchestrationPlugin> made = new ArrayList<>();
    private PluginCalls calls = new PluginCalls(grace());

    /** A new instance as its bundle would make it, not initialised. */
    protected abstract OrchestrationPlugin create();

    /** A new instance of the version after it, where its state has another schema; the same version otherwise. */
    protected OrchestrationPlugin createNext() {
        return create();
    }

    /** What it is initialised with. */
    protected Orchestrator orchestrator(PluginState state) {
        return new FakeOrchestrator(state);
    }

    /** What its bundle does to it when it stops. */
    protected void close(OrchestrationPlugin plugin) throws Exception {
        if (plugin instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /** How often every example is done before its state is looked at. */
    protected int rounds() {
        return 3;
    }

    /** How long a caller may be held, in milliseconds, in the best of five calls. */
    protected long momentMillis() {
        return 20;
    }

    /** How long its threads may take to end after it was closed, and its classes to be collected. */
    protected Duration goneWithin() {
        return Duration.ofSeconds(30);
    }

    /** What a busy machine may need besides, before something counts as never ending. */
    protected Duration grace() {
        return Duration.ofSeconds(30);
    }

    /** What it lets be seen of its state, to compare a version with the next. */
    protected Object view(OrchestrationPlugin plugin) throws Exception {
        return "";
    }

    @BeforeEach
    void open() {
        calls = new PluginCalls(grace());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (OrchestrationPlugin plugin : made) {
            close(plugin);
        }
        calls.close();
    }

    final PluginCalls calls() {
        return calls;
    }

    final OrchestrationPlugin ready() throws InterruptedException {
        return ready(create(), new InMemoryPluginState());
    }

    /** Initialises it over a state; it is closed after the test. */
    final OrchestrationPlugin ready(OrchestrationPlugin plugin, PluginState state) throws InterruptedException {
        made.add(plugin);
        initialise(plugin, orchestrator(state));
        return plugin;
    }

    final void initialise(OrchestrationPlugin plugin, Orchestrator orchestrator) throws InterruptedException {
        calls.await(() -> plugin.initialize(orchestrator), READY_WITHIN, "the initialisation ended");
    }

    final Health health(OrchestrationPlugin plugin) throws InterruptedException {
        return calls.await(plugin::health, HEALTH_WITHIN, "the question for its health ended");
    }

    /** The rest of its life: does every example, some rounds long, and ends. What it lets be seen at its end. */
    final Object live(OrchestrationPlugin plugin) throws Exception {
        for (int round = 0; round < rounds(); round++) {
            for (Question question : questions(plugin, Operation::examples)) {
                assertSound(question, calls.ask(plugin, question));
            }
        }
        assertThat(health(plugin)).matches(Health::healthy, "healthy");
        Object view = view(plugin);
        close(plugin);
        return view;
    }

    static List<Question> questions(OrchestrationPlugin plugin, Function<Operation, List<String>> inputs) {
        List<Question> questions = new ArrayList<>();
        for (Capability capability : plugin.capabilities()) {
            for (Operation operation : capability.operations()) {
                inputs.apply(operation).forEach(data -> questions.add(Question.of(capability, operation, data)));
            }
        }
        return questions;
    }

    static void assertSound(Question question, Reply reply) {
        assertThat(reply.response())
                .as("%s", question.request())
                .isInstanceOfAny(IntegrationResponse.Answered.class, IntegrationResponse.Declined.class);
        reply.response()
                .fold(
                        answer -> assertThat(answer.data())
                                .as("the answer to %s", question.request())
                                .startsWith("{")
                                .endsWith("}"),
                        declined -> assertSentence(question, declined.reason()),
                        failed -> null,
                        late -> null,
                        gone -> null);
    }

    static AbstractStringAssert<?> assertSentence(Question question, String reason) {
        return assertThat(reason)
                .as("why %s is declined", question.request())
                .isNotBlank()
                .hasSizeLessThanOrEqualTo(MAX_REASON_CHARS)
                .doesNotContain("\n", "Exception", "java.", "com.fasterxml", "io.skep.");
    }
}
