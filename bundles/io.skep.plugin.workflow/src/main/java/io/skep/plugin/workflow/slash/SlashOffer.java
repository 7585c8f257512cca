// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.List;

/** What {@code slash_commands} offers. Calls wait for a provider: none of this is on a task's way. */
public final class SlashOffer {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

    /** The capability. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.SLASH_COMMANDS,
            List.of(
                    Operation.named("execute")
                            .summary("Does what a line such as /tasks list says; a prompt becomes a task")
                            .input(SlashCommands.Execute.class)
                            .output(SlashCommands.Executed.class)
                            .timeout(Operation.MAX_TIMEOUT)
                            .needs("execute", "command")
                            .withinTenant()
                            .shellCommand("slash:run")
                            .examples(
                                    "{\"text\":\"/status\"}",
                                    "{\"text\":\"/analyze --depth=high\"}",
                                    "{\"command\":\"tasks\",\"args\":[\"list\",\"--limit=5\"]}")
                            .build(),
                    Operation.named("list")
                            .summary("Lists the commands, and the files that are none with the reason")
                            .input(SlashCommands.Listed.class)
                            .output(SlashCommands.Listing.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("read", "command")
                            .shellCommand("slash:list")
                            .examples("{}", "{\"prefix\":\"/a\"}")
                            .build(),
                    Operation.named("complete")
                            .summary("Says what the last word of a line can become")
                            .input(SlashCommands.Complete.class)
                            .output(SlashCommands.Completions.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("read", "command")
                            .shellCommand("slash:complete")
                            .examples("{\"text\":\"/an\"}", "{\"text\":\"/analyze --depth=\"}")
                            .build(),
                    Operation.named("explain")
                            .summary("Says what a command is for, and which task a line would become")
                            .input(SlashCommands.Explain.class)
                            .output(SlashCommands.Explained.class)
                            .sideEffectFree()
                            .timeout(TWO_SECONDS)
                            .needs("read", "command")
                            .shellCommand("slash:explain")
                            .examples("{\"text\":\"/analyze --depth=high the parser\"}", "{\"text\":\"tasks\"}")
                            .build()));

    private SlashOffer() {}
}
