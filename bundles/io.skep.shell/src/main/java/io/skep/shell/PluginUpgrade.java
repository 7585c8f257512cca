// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Brings a new version of a plugin in beside the old one. */
@Service
@Command(
        scope = "plugin",
        name = "upgrade",
        description = "Brings a new version in beside the old one, and prints the phases as they come",
        detailedDescription = """
        Examples:
          plugin:upgrade sample /tmp/sample-1.1.0.jar
          plugin:upgrade --dry-run sample https://repo.example.org/sample-1.1.0.jar
          plugin:upgrade --canary-percent 25 --canary-seconds 120 sample mvn:org.example/sample/1.1.0
        """)
public final class PluginUpgrade implements Action {
    @Argument(name = "name", required = true, description = "Name of the plugin")
    @Completion(PluginNames.class)
    String name;

    @Argument(index = 1, name = "source", required = true, description = "File, or file:, http:, https: or mvn: URL")
    String source;

    @Option(name = "--dry-run", description = "Only checks the jar")
    boolean dryRun;

    @Option(name = "--canary-percent", description = "Share of the calls that it gets while it is compared")
    int percent = CanaryRule.DEFAULT.sharePercent();

    @Option(name = "--canary-calls", description = "How many calls it must have ended then")
    int calls = CanaryRule.DEFAULT.calls();

    @Option(name = "--canary-seconds", description = "How long it is compared at most; 0 for no comparison")
    long seconds = CanaryRule.DEFAULT.atMost().toSeconds();

    @Option(name = "--no-wait", description = "Prints the id of the job and does not follow it")
    boolean noWait;

    @Reference
    Plugins plugins;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        Guarded.plugin(name);
        CanaryRule canary = canary();
        Path jar = Download.fetch(source, Download.LONGEST);
        SwapRequest request = new SwapRequest(name, jar, canary, dryRun, Actor.of(session));
        // The file goes when core has read it, which may be after this command was given up.
        SwapJob job = Answer.within(
                Download.LONGEST, plugins.upgrade(request).whenComplete((done, failure) -> Download.delete(jar)));
        JobTail.tell(job, plugins, session.getConsole(), noWait, JobTail.LONGEST.plus(canary.atMost()));
        return null;
    }

    private CanaryRule canary() throws CommandFailed {
        try {
            return new CanaryRule(percent, calls, Duration.ofSeconds(seconds));
        } catch (Refusal refusal) {
            throw new CommandFailed(refusal.getMessage());
        }
    }
}
