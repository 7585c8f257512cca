// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.admin.Caller;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import java.util.List;
import org.apache.karaf.shell.api.console.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BroughtCommandsTest {
    /** Who calls without a login. */
    private static final Caller NOBODY = Actor.caller();

    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);
    private final BroughtCommands brought = new BroughtCommands(console.sessions(), skep, skep);

    record Text(String text) {}

    @AfterEach
    void close() {
        brought.close();
        console.close();
    }

    private static Operation operation(String name, String command) {
        return Operation.named(name)
                .summary("Says " + name)
                .input(Text.class)
                .output(Text.class)
                .shellCommand(command)
                .examples("{\"gate\":\"g1\"}", "{}")
                .build();
    }

    private static Capability gates() {
        return new Capability(
                "quality_gates",
                List.of(
                        operation("check", null),
                        operation("approve", "gate:approve"),
                        operation("list", "gate:list")));
    }

    private Command command(String scope, String name) {
        return console.sessions().getRegistry().getCommand(scope, name);
    }

    @Test
    void command_isThereWhileTheCapabilityIs() throws Exception {
        Capability gates = gates();
        brought.bindCapability(gates);
        skep.response = new IntegrationResponse.Answered("{\"ok\":true}");
        assertThat(console.run("gate:approve '{\"gate\": \"g1\"}'")).isEqualTo("{\"ok\":true}\n");
        assertThat(command("gate", "check")).isNull();
        brought.unbindCapability(gates);
        assertThat(command("gate", "approve")).isNull();
        assertThat(command("gate", "list")).isNull();
        assertThatThrownBy(() -> console.run("gate:approve {}")).hasMessageContaining("not found");
    }

    @Test
    void command_takesJsonOrPairs_andWhomItConcerns() throws Exception {
        brought.bindCapability(gates());
        console.run("gate:approve --agent w1 '{\"gate\": \"g1\"}'");
        console.run("gate:approve gate=g1 count=2 strict=true --task 0a --tenant acme");
        console.run("gate:list");
        assertThat(skep.asked)
                .containsExactly(
                        new IntegrationRequest("quality_gates", "approve", "w1", "{\"gate\": \"g1\"}").by(NOBODY),
                        new IntegrationRequest(
                                        "quality_gates",
                                        "approve",
                                        null,
                                        "0a",
                                        "acme",
                                        "{\"gate\":\"g1\",\"count\":2,\"strict\":true}")
                                .by(NOBODY),
                        new IntegrationRequest("quality_gates", "list", null, "{}").by(NOBODY));
    }

    @Test
    void command_thatEndsOtherwise_failsOnOneLine() {
        brought.bindCapability(gates());
        skep.response = new IntegrationResponse.Declined("no gate\ng1");
        assertThatThrownBy(() -> console.run("gate:approve gate=g1")).hasMessage("declined: no gate g1");
        assertThatThrownBy(() -> console.run("gate:approve --agent")).hasMessage("--agent needs a value");
        assertThatThrownBy(() -> console.run("gate:approve --force"))
                .hasMessage("no option --force; there are --agent, --task, --tenant");
        assertThatThrownBy(() -> console.run("gate:approve one two")).hasMessageContaining("is not key=value");
    }

    @Test
    void help_describesItWithItsFirstExample() throws Exception {
        brought.bindCapability(gates());
        assertThat(console.run("gate:approve --help"))
                .contains("Says approve\n")
                .contains("Calls the operation approve of quality_gates.")
                .contains("  gate:approve '{\"gate\":\"g1\"}'\n");
        assertThat(command("gate", "approve").getDescription()).isEqualTo("Says approve");
        assertThat(skep.asked).isEmpty();
    }

    @Test
    void tab_completesItsName() {
        brought.bindCapability(gates());
        Command command = command("gate", "approve");
        assertThat(command.getCompleter(false)).isNull();
        assertThat(command.getParser()).isNull();
    }

    @Test
    void nameThatIsTaken_isLeftAlone() {
        Command own = command("task", "list");
        Capability other = new Capability("slash_commands", List.of(operation("list", "task:list")));
        brought.bindCapability(other);
        assertThat(command("task", "list")).isSameAs(own);
        brought.unbindCapability(other);
        assertThat(command("task", "list")).isSameAs(own);
    }

    @Test
    void nextGeneration_getsTheNameWhenTheOneBeforeGoes() throws Exception {
        Capability old = gates();
        Capability fresh = gates();
        brought.bindCapability(old);
        brought.bindCapability(fresh);
        brought.unbindCapability(old);
        console.run("gate:list");
        assertThat(skep.asked).hasSize(1);
        brought.unbindCapability(fresh);
        assertThat(command("gate", "list")).isNull();
    }

    @Test
    void everyCommand_goesWithTheComponent() {
        Capability gates = gates();
        brought.bindCapability(gates);
        brought.close();
        assertThat(command("gate", "approve")).isNull();
        brought.bindCapability(gates);
        assertThat(command("gate", "approve")).isNull();
    }
}
