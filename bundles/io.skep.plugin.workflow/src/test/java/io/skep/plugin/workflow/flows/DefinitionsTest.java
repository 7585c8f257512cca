// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no workflow: each is declined in one sentence, and nothing of it is kept. */
class DefinitionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemoryPluginState state = new InMemoryPluginState();
    private final Workers workers = new Workers();
    private final Flows flows =
            new Flows(new FakeOrchestrator(state), () -> Settings.DEFAULT, workers, new Codec(), Clock.systemUTC());

    @AfterEach
    void close() {
        flows.close();
        workers.close();
    }

    private String declined(String operation, ObjectNode data) {
        return declined(operation, data, null);
    }

    private String declined(String operation, ObjectNode data, String tenant) {
        try {
            IntegrationRequest request =
                    new IntegrationRequest("workflows", operation, null, null, tenant, data.toString());
            Object answer =
                    flows.answer(operation, request).toCompletableFuture().join();
            throw new AssertionError("it was taken: " + answer);
        } catch (CompletionException | Declination refused) {
            Throwable cause = refused instanceof CompletionException ? refused.getCause() : refused;
            assertThat(cause).isInstanceOf(Declination.class);
            assertThat(cause.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
            return cause.getMessage();
        } finally {
            assertThat(state.keys()).isEmpty();
        }
    }

    private String yaml(String yaml) {
        ObjectNode data = JSON.createObjectNode().put("yaml", yaml);
        String reason = declined("start", data);
        assertThat(declined("define", data)).isEqualTo(reason);
        return reason;
    }

    private String step(String fields) {
        return yaml(
                "name: n\nsteps: [{id: z, description: x}, {id: a, description: x, dependsOn: [z], " + fields + "}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dependsOn: [b]|is not valid YAML",
                "skills: x|field \"steps[1].skills\" must be a list",
                "priority: 10|step a: field \"priority\" must be 0 to 9",
                "retry: {maxAttempts: 0}|step a: field \"retry.maxAttempts\" must be 1 to 100",
                "timeoutSeconds: 0|step a: field \"timeoutSeconds\" must be 1 to",
                "tenant: \"a b\"|step a: field \"tenant\" must be letters",
                "wen: {}|there is no field \"steps[1].wen\"",
                "when: {}|step a: field \"when\" must have one of",
                "when: {step: z, equals: 1, exists: true}|step a: field \"when\" must have one of",
                "when: {all: []}|all and any have 1 to 16",
                "when: {step: z, any: [{exists: true}]}|step and pointer do not go with",
                "when: {any: [null]}|must not be null",
                "when: {all: [{all: [{all: [{all: [{exists: true}]}]}]}]}|more than 3 levels",
                "when: {pointer: x, exists: true}|must be a pointer that begins with a slash",
                "when: {step: y, exists: true}|names the result of step y, for which it does not wait",
                "when: {all: [{step: y, exists: true}]}|names the result of step y",
                "forEach: /steps/y/result|names the result of step y",
                "forEach: /other|must begin with /input or /steps/ID/result",
                "forEach: /steps/z|must begin with /input or /steps/ID/result",
                "input: {x: [\"${steps.y.result}\"]}|names the result of step y",
                "input: \"${foo}\"|there is no place ${foo}",
                "input: \"${steps.z}\"|there is no place ${steps.z}",
                "input: \"${input..x}\"|there is no place ${input..x}",
                "input: \"${item}\"|${item} goes with field \"forEach\"",
                "input: \"${index}\"|${index} goes with field \"forEach\"",
                "compensate: {}|field \"compensate.description\" is missing",
                "compensate: {description: \"${steps.y.result}\"}|names the result of step y",
                "forEach: /input, compensate: {description: \"${item}\"}|a compensation is one task"
            })
    void wrongStep_isNamed(String fields, String reason) {
        assertThat(step(fields)).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "steps: []|field \"steps\" must have 1 to 100 entries, not 0",
                "name: x|field \"steps\" must have 1 to 100 entries, not 0",
                "steps: [null]|field \"steps[0]\" must not be null",
                "steps: [{description: x}]|field \"id\" is missing",
                "steps: [{id: a.b, description: x}]|field \"id\" of a step must be letters",
                "steps: [{id: a}]|step a: field \"description\" is missing",
                "steps: [{id: a, description: 7}]|field \"steps[0].description\" must be text",
                "steps: [{id: a, description: x}, {id: a, description: y}]|there are two steps a",
                "steps: [{id: a, description: x, dependsOn: [b]}]|names the step b, which is not there",
                "steps: [{id: a, description: x, dependsOn: [a]}]|wait for each other in a circle, a among",
                "steps: [{id: c, description: x}, {id: a, description: x, dependsOn: [b, c]}, {id: b, description: x,"
                        + " dependsOn: [a]}]|wait for each other in a circle, a, b among",
                "`name: a b\nsteps: [{id: a, description: x}]`|field \"name\" must be letters",
                "`steps: [{id: a, description: x}]\ninput: 7`|field \"input\": a schema is a JSON object",
                "`steps: [{id: a, description: x}]\ninput: {type: wrong}`|field \"input\": the schema is not valid",
                "[1, 2]|must be names with values",
                "`a: &x 1`|must not have anchors or aliases",
                "`a: *x`|the workflow",
                "`a: !!java.net.URL [x]`|must not have tags",
                "`a: !x y`|must not have tags",
                "`a: 1\na: 2`|is not valid YAML",
                "`a: [`|is not valid YAML"
            })
    void whatIsNoWorkflow_isDeclined(String yaml, String reason) {
        assertThat(yaml(yaml)).contains(reason);
    }

    @Test
    void whatIsTooMuch_isDeclined_atOnce() {
        long started = System.nanoTime();
        String laughs = "a: &a [x, x]\n";
        for (char c = 'b'; c < 'z'; c++) {
            laughs += c + ": &" + c + " [*" + (char) (c - 1) + ", *" + (char) (c - 1) + "]\n";
        }
        assertThat(yaml(laughs)).contains("anchors or aliases");
        assertThat(yaml("a: " + "[".repeat(20_000))).contains("levels");
        assertThat(yaml("x".repeat(64_001))).isEqualTo("the workflow has more than 64000 characters");
        assertThat(yaml("a: [" + "1,".repeat(25_000) + "1]")).contains("more than 20000 parts");
        StringBuilder steps = new StringBuilder("name: n\nsteps:\n");
        for (int i = 0; i < 101; i++) {
            steps.append("- {id: s").append(i).append(", description: x}\n");
        }
        assertThat(yaml(steps.toString())).isEqualTo("field \"steps\" must have at most 100 entries, not 101");
        String long40 = "name: n\nsteps: [{id: a, description: x, input: [" + "\"" + "é".repeat(60_000) + "\"]}]";
        assertThat(yaml(long40)).contains("at most 48000 characters");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void wrongStart_isDeclined() {
        ObjectNode start = JSON.createObjectNode();
        assertThat(declined("start", start)).contains("one of fields \"workflow\", \"yaml\" and \"template\"");
        assertThat(declined("start", start.put("workflow", "n"))).isEqualTo("there is no workflow n");
        start.remove("workflow");
        String yaml = "tenant: acme\ninput: {type: object, required: [x]}\nsteps: [{id: a, description: x}]";
        start.put("yaml", yaml);
        assertThat(declined("start", start)).startsWith("field \"input\" is not what the workflow wants: ");
        start.putObject("input").put("x", "y".repeat(32_000));
        assertThat(declined("start", start)).contains("field \"input\" must have at most 32000 characters");
        start.putObject("input").put("x", "y");
        assertThat(declined("start", start, "other")).isEqualTo("the workflow is for tenant acme, not other");
        start.put("version", 1);
        assertThat(declined("start", start)).contains("goes with field \"workflow\"");
        assertThat(declined("define", JSON.createObjectNode().put("yaml", "steps: [{id: a, description: x}]")))
                .isEqualTo("field \"name\" is missing");
        assertThat(declined("pause", JSON.createObjectNode())).isEqualTo("field \"run\" is missing");
        assertThat(declined("pause", JSON.createObjectNode().put("run", "../x")))
                .contains("no id of a run");
        assertThat(declined("cancel", JSON.createObjectNode().put("run", "w-1")))
                .contains("there is no run w-1");
        assertThat(declined("runs", JSON.createObjectNode().put("state", "odd")))
                .contains("must be one of running");
        assertThat(flows.answer("odd", new IntegrationRequest("workflows", "odd", null, "{}")))
                .isNull();
    }
}
