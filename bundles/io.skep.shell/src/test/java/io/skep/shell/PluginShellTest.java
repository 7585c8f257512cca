// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static io.skep.api.admin.SwapJob.Outcome.CHECKED;
import static io.skep.api.admin.SwapJob.Outcome.PROMOTED;
import static io.skep.api.admin.SwapJob.Outcome.ROLLED_BACK;
import static io.skep.api.admin.SwapJob.Outcome.RUNNING;
import static io.skep.api.admin.SwapJob.Phase.CANARY;
import static io.skep.api.admin.SwapJob.Phase.CHECK;
import static io.skep.api.admin.SwapJob.Phase.DRAIN;
import static io.skep.api.admin.SwapJob.Phase.INSTALL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.SwapRequest;
import io.skep.api.plugin.Health;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginShellTest {
    private static final String ENDED = " (4 calls drained, 0 parked, 1 abandoned)";

    @TempDir
    Path dir;

    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);
    private Path jar;

    @BeforeEach
    void jar() throws IOException {
        jar = Files.writeString(dir.resolve("sample-1.1.0.jar"), "a jar");
        console.user("ada");
    }

    @AfterEach
    void close() {
        console.close();
    }

    @Test
    void plugins_areListedWithTheirLoad() throws Exception {
        skep.plugins.list.add(FakePlugins.status());
        assertThat(console.run("plugin:list --no-format").lines())
                .containsExactly("sample\t1.0.0\t3\tserving\t2\t1000\t3\t0.085\t1.250\t100%");
        assertThat(console.run("plugin:list")).contains("p99 ms", "Share");
    }

    @Test
    void plugin_isShownWithGenerationsVersionsJobAndHistory() throws Exception {
        List<PluginDetail.Entry> history =
                List.of(new PluginDetail.Entry(FakeAgents.AT, "plugin.promoted", "ada (shell)", "1.0.0\nserves"));
        skep.plugins.detail = new PluginDetail(
                "sample",
                "1.0.0",
                List.of("0.9.0", "0.8.0"),
                List.of(FakePlugins.status()),
                FakePlugins.job(RUNNING, "comparing", CHECK),
                history);
        assertThat(console.run("plugin:show sample"))
                .contains("desired: 1.0.0\n", "kept: 0.9.0, 0.8.0\n", "generation: 3\n")
                .contains("  state: serving: initialised\n", "  share: 100%\n")
                .contains("  calls: 1000, 3 failed, 2 in flight\n")
                .contains("  offers: sample_echo echo: Says it again\n")
                .contains("job: upgrade of sample from 1.0.0 to 1.1.0 running: comparing")
                .contains("history: 2026-01-02T03:04:05Z plugin.promoted by ada (shell): 1.0.0 serves\n");
        skep.plugins.detail = new PluginDetail("sample", null, List.of(), List.of(), null, List.of());
        assertThat(console.run("plugin:show sample")).isEqualTo("name: sample\ndesired: none\n");
        skep.plugins.detail = null;
        assertThatThrownBy(() -> console.run("plugin:show other")).hasMessage("no plugin other");
    }

    @Test
    void health_isAskedOfThePlugin_andFailsUnlessItCanServe() throws Exception {
        assertThat(console.run("plugin:health sample")).isEqualTo("sample is healthy: ok\n");
        skep.plugins.health = new Health(false, "no memory");
        assertThatThrownBy(() -> console.run("plugin:health sample")).hasMessage("sample is not healthy: no memory");
    }

    @Test
    void upgrade_printsEachPhase_andHowItEnded() throws Exception {
        skep.plugins.job.add(FakePlugins.job(RUNNING, "checking", CHECK));
        skep.plugins.job.add(FakePlugins.job(RUNNING, "checking", CHECK));
        skep.plugins.job.add(FakePlugins.job(RUNNING, "comparing", CHECK, INSTALL, CANARY));
        skep.plugins.job.add(FakePlugins.job(PROMOTED, "1.1.0 serves", CHECK, INSTALL, CANARY, DRAIN));
        assertThat(console.run("plugin:upgrade sample " + jar))
                .isEqualTo("check 10 ms\ninstall 11 ms\ncanary 17 ms\ndrain 19 ms\n"
                        + "upgrade of sample from 1.0.0 to 1.1.0 promoted: 1.1.0 serves" + ENDED + "\n");
        SwapRequest request = skep.plugins.requests.get(0);
        assertThat(request)
                .isEqualTo(new SwapRequest("sample", request.jar(), CanaryRule.DEFAULT, false, "ada (shell)"));
        assertThat(skep.plugins.jar).isEqualTo("a jar");
        assertThat(request.jar()).doesNotExist();
        assertThat(jar).exists();
    }

    @Test
    void upgrade_carriesEveryOption() throws Exception {
        skep.plugins.job.add(FakePlugins.job(CHECKED, "could begin", CHECK));
        assertThat(console.run("plugin:upgrade --dry-run --canary-percent 25 --canary-calls 50 --canary-seconds 0"
                        + " sample " + jar.toUri()))
                .isEqualTo("check 10 ms\nupgrade of sample from 1.0.0 to 1.1.0 checked: could begin" + ENDED + "\n");
        SwapRequest request = skep.plugins.requests.get(0);
        assertThat(request.dryRun()).isTrue();
        assertThat(request.canary()).isEqualTo(new CanaryRule(25, 50, Duration.ZERO));
    }

    @Test
    void upgrade_rolledBack_fails() {
        skep.plugins.job.add(FakePlugins.job(RUNNING, "", CHECK));
        skep.plugins.job.add(FakePlugins.job(ROLLED_BACK, "3 % more calls failed", CHECK, INSTALL));
        assertThatThrownBy(() -> console.run("plugin:upgrade sample " + jar))
                .hasMessage("upgrade of sample from 1.0.0 to 1.1.0 rolled-back: 3 % more calls failed" + ENDED);
    }

    @Test
    void upgrade_refused_leavesNoFile() {
        assertThatThrownBy(() -> console.run("plugin:upgrade sample " + jar)).hasMessage("job j0 is under way");
        assertThat(skep.plugins.requests.get(0).jar()).doesNotExist();
    }

    @Test
    void upgrade_ofNothing_isRefusedBeforeCoreIsAsked() {
        assertThatThrownBy(() -> console.run("plugin:upgrade sample " + dir.resolve("none.jar")))
                .hasMessageEndingWith("none.jar cannot be fetched: IOException: there is no such file");
        assertThatThrownBy(() -> console.run("plugin:upgrade --canary-percent 0 sample " + jar))
                .hasMessage("a canary's share is 1 to 100 percent");
        assertThat(skep.plugins.requests).isEmpty();
    }

    @Test
    void change_thatIsNotFollowed_printsItsJob() throws Exception {
        skep.plugins.job.add(FakePlugins.job(RUNNING, "", CHECK));
        for (String line :
                List.of("upgrade --no-wait sample " + jar, "rollback --no-wait sample", "remove --no-wait sample")) {
            assertThat(console.run("plugin:" + line)).isEqualTo("j1\n");
        }
        assertThat(skep.plugins.asked)
                .containsExactly("rollback sample by ada (shell)", "remove sample by ada (shell)");
    }

    @Test
    void rollbackAndRemoval_areFollowed() throws Exception {
        skep.plugins.job.add(FakePlugins.job(RUNNING, "", DRAIN));
        skep.plugins.job.add(FakePlugins.job(PROMOTED, "done", DRAIN));
        assertThat(console.run("plugin:rollback sample")).startsWith("drain 19 ms\n");
        skep.plugins.job.add(FakePlugins.job(PROMOTED, "done", DRAIN));
        assertThat(console.run("plugin:remove sample")).startsWith("drain 19 ms\n");
        skep.plugins.job.clear();
        for (String verb : List.of("rollback", "remove")) {
            assertThatThrownBy(() -> console.run("plugin:" + verb + " sample")).hasMessage("job j0 is under way");
        }
    }

    @Test
    void job_isNotFollowedForEver() {
        skep.plugins.job.add(FakePlugins.job(RUNNING, "", CHECK));
        long[] now = {0};
        JobTail tail = new JobTail(
                skep.plugins,
                new PrintStream(OutputStream.nullOutputStream(), false, UTF_8),
                () -> now[0] += Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(() -> tail.follow(FakePlugins.job(RUNNING, "", CHECK), Duration.ofSeconds(3)))
                .isInstanceOf(CommandFailed.class)
                .hasMessage("job j1 goes on; see plugin:show sample");
        assertThat(skep.plugins.asked).hasSize(2);
    }

    @Test
    void flags_areListedAndSet() throws Exception {
        assertThat(console.run("flag:set semantic_routing 25")).isEqualTo("semantic_routing 25%\n");
        assertThat(console.run("flag:set agent_requests 'tenant:acme, 5%'"))
                .isEqualTo("agent_requests 5%, tenant:acme\n");
        assertThat(console.run("flag:set task_mapping '50%'")).isEqualTo("task_mapping 50%\n");
        assertThat(console.run("flag:set legacy.mode on")).isEqualTo("legacy.mode on\n");
        assertThat(console.run("flag:list --no-format").lines())
                .containsExactly(
                        "legacy.mode\ton\t-",
                        "agent_requests\t5%, tenant:acme\tyes",
                        "semantic_routing\t25%\tyes",
                        "task_mapping\t50%\tyes");
        assertThat(console.run("flag:set legacy.mode off")).isEqualTo("legacy.mode off\n");
        assertThat(skep.flags.actors).hasSize(5).containsOnly("ada (shell)");
        console.user(null);
        console.run("flag:set semantic_routing on");
        assertThat(skep.flags.actors).last().isEqualTo("shell");
    }

    @Test
    void wrongFlag_isRefusedOnOneLine() {
        assertThatThrownBy(() -> console.run("flag:set semantic_routing perhaps"))
                .hasMessage("rule: \"perhaps\" is not on, off, a percentage, tenant:NAME or agent:ID");
        assertThatThrownBy(() -> console.run("flag:set semantic_routing 300")).hasMessageStartingWith("rule: ");
        assertThatThrownBy(() -> console.run("flag:set legacy.mode '25%'"))
                .hasMessage("rule: legacy mode is on or off, not \"25%\"");
        assertThatThrownBy(() -> console.run("flag:set Semantic.Routing on"))
                .hasMessage("\"Semantic.Routing\" is neither the id of a capability nor legacy.mode");
        assertThat(skep.flags.actors).isEmpty();
        skep.flags.readOnly = true;
        assertThatThrownBy(() -> console.run("flag:set semantic_routing off")).hasMessage("the file cannot be written");
    }
}
