// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.admin.FlagRule;
import io.skep.api.event.Event;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ShellTest {
    private static final Attempt LOST = new Attempt(
            1, "w1", FakeAgents.AT, FakeAgents.AT, FakeAgents.AT, AttemptEnd.LOST, "lease ran out", null, Usage.NONE);
    private static final Attempt LASTS = new Attempt(2, "w2", FakeAgents.AT, null, null, null, null, null, Usage.NONE);

    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);

    @AfterEach
    void close() {
        console.close();
    }

    private static Task task(TaskState state, String result, String error, Attempt... attempts) {
        TaskSpec spec = TaskSpec.of("count\nlines")
                .name("n1")
                .skills("java")
                .dependsOn("0b")
                .build();
        return new Task(
                "0a",
                spec,
                state,
                "because",
                FakeAgents.AT,
                FakeAgents.AT,
                Set.of(),
                null,
                List.of(attempts),
                null,
                null,
                null,
                result,
                error,
                null,
                0,
                null,
                null,
                null);
    }

    private static Event event(String subject, String type) {
        return new Event(0, 1, FakeAgents.AT, type, subject, "half\u001b[2J done", "w1", 1);
    }

    private static Capability echo() {
        Operation operation = Operation.named("echo")
                .summary("Says it again")
                .input(Text.class)
                .output(Text.class)
                .sideEffectFree()
                .whenAbsent(GapPolicy.REJECT)
                .examples("{\"text\":\"x\"}")
                .build();
        return new Capability("sample_echo", List.of(operation));
    }

    record Text(String text) {}

    static final List<Class<?>> COMMANDS = Console.COMMANDS;

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void help_ofEveryCommand_describesItAndGivesAnExampleOfIt(Class<?> type) {
        Command command = type.getAnnotation(Command.class);
        String name = command.scope() + ":" + command.name();
        assertThat(console.help(name + " --help"))
                .contains(command.description())
                .contains("Examples:\n")
                .containsPattern("\n +" + name);
    }

    @Test
    void agents_registered_areListedAndShown() throws Exception {
        String answer = console.run("agent:register --skill java --skill review --slots 2 --lease 60 w1");
        assertThat(answer).contains("id: w1\n", "state: active\n", "secret: " + FakeAgents.SECRET + "\n");
        assertThat(skep.agents.agents.get("w1").spec().lease()).isEqualTo(Duration.ofMinutes(1));
        skep.agents.held.add(task(TaskState.WORKING, null, null, LASTS));
        assertThat(console.run("agent:show w1")).doesNotContain("reserved");
        skep.agents.reserved = 2;
        console.run("agent:drain w1");
        assertThat(console.run("agent:show w1")).contains("reserved: 2 slots for tasks to come\n");
        skep.agents.reserved = 0;
        console.run("agent:register --replace --skill java --skill review --slots 2 --lease 60 w1");

        assertThat(console.run("agent:list --no-format").lines())
                .containsExactly("w1\tactive\t0\t2\tjava,review\t2026-01-02T03:04:05Z\tregistered");
        assertThat(console.run("agent:show w1"))
                .contains("state: active\n", "busy: 0 of 2 slots\n", "lease: 60000 ms", "holds: 0a working\n");
    }

    @Test
    void agent_taken_isRefusedOnOneLineUnlessReplaced() throws Exception {
        console.run("agent:register w1");
        assertThatThrownBy(() -> console.run("agent:register w1")).hasMessage("id: agent w1 exists");
        assertThat(console.run("agent:register --replace w1")).contains("secret: ");
    }

    @Test
    void agent_drainedAndRemoved_saysSoWithTheReason() throws Exception {
        console.run("agent:register w1");
        assertThat(console.run("agent:drain --reason maintenance w1")).isEqualTo("w1 draining: maintenance\n");
        assertThat(console.run("agent:remove w1")).isEqualTo("w1 removed: by hand\n");
    }

    @Test
    void agent_unknown_endsEachCommandOnOneLine() {
        for (String verb : List.of("show", "drain", "sleep", "wake", "remove")) {
            assertThatThrownBy(() -> console.run("agent:" + verb + " nobody")).hasMessage("no agent nobody");
        }
    }

    @Test
    void submission_carriesEveryOption_andPrintsTheId() throws Exception {
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        assertThat(console.run("task:submit --name n1 --input '{\"dir\": \"src\"}' --skill java --priority 9"
                        + " --tenant t1 --depends-on 0b --key k1 'count lines'"))
                .isEqualTo("0a\n");
        assertThat(skep.asked)
                .containsExactly(TaskSpec.of("count lines")
                        .name("n1")
                        .input("{\"dir\": \"src\"}")
                        .skills("java")
                        .priority(9)
                        .tenant("t1")
                        .dependsOn("0b")
                        .idempotencyKey("k1")
                        .build());
    }

    @Test
    void submission_waiting_printsTheResultOrFailsWithTheError() throws Exception {
        skep.tasks.add(task(TaskState.COMPLETED, "{\"lines\":7}", null));
        assertThat(console.run("task:submit --wait 5 count")).isEqualTo("0a\n{\"lines\":7}\n");
        assertThat(skep.asked).contains(Duration.ofSeconds(5));
        skep.tasks.clear();
        skep.tasks.add(task(TaskState.FAILED, null, "exit\nstatus 1"));
        assertThatThrownBy(() -> console.run("task:submit --wait 5 count")).hasMessage("0a failed: exit status 1");
    }

    @Test
    void submission_withAWaitThatIsTooLong_isRefusedBeforeItIsMade() {
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        for (int wait : new int[] {-1, 301}) {
            assertThatThrownBy(() -> console.run("task:submit --wait " + wait + " count"))
                    .hasMessage("wait: 0 to 300 seconds, not " + wait);
        }
        assertThat(skep.asked).isEmpty();
    }

    @Test
    void tasks_areListedByQuery_withTheWayToGoOn() throws Exception {
        skep.tasks.add(task(TaskState.WORKING, null, null, LOST, LASTS));
        skep.nextPage = "c2";
        assertThat(console.run(
                                "task:list --no-format --state working --agent w2 --tenant t --text x --limit 7 --cursor c1")
                        .lines())
                .containsExactly(
                        "0a\tworking\t5\tw2\t2\t2026-01-02T03:04:05Z\tcount lines", "more: task:list --cursor c2");
        assertThat(skep.asked)
                .containsExactly(new TaskQuery(Set.of(TaskState.WORKING), "w2", "t", "x", null, null, 7, "c1"));
    }

    @Test
    void list_ofAnUnknownState_namesTheStates() {
        assertThatThrownBy(() -> console.run("task:list --state busy"))
                .hasMessageContaining("busy")
                .hasMessageContaining("input-required");
    }

    @Test
    void task_shown_hasEveryAttemptAndNothingEmpty() throws Exception {
        skep.tasks.add(task(TaskState.WORKING, null, null, LOST, LASTS));
        assertThat(console.run("task:show 0a"))
                .contains("description: count lines\n", "depends on: 0b\n")
                .contains("attempt 1: w1 from 2026-01-02T03:04:05Z to 2026-01-02T03:04:05Z, LOST: lease ran out\n")
                .contains("attempt 2: w2 from 2026-01-02T03:04:05Z to -, lasts\n")
                .doesNotContain("result", "error", "prompt");
    }

    @Test
    void why_givesEveryReason() throws Exception {
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        assertThat(console.run("task:why 0a")).isEqualTo("queued\n- no agent has the skill java\n- 2 wait\n");
    }

    @Test
    void task_canceledAndRetried_saysHowItStands() throws Exception {
        skep.tasks.add(task(TaskState.CANCELED, null, null));
        assertThat(console.run("task:cancel --reason 'not needed' 0a")).isEqualTo("0a canceled: because\n");
        skep.tasks.clear();
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        assertThat(console.run("task:retry 0a")).isEqualTo("0a queued: because\n");
        assertThat(console.run("task:release 0a")).isEqualTo("0a queued: because\n");
        assertThat(console.run("task:route 0a builder")).isEqualTo("task 0a is for agent builder\n");
        assertThat(skep.asked).containsExactly("cancel 0a not needed", "retry 0a", "release 0a", "route 0a builder");
    }

    @Test
    void bulk_waitsForTheEnd_andSaysHowManyWereChanged() throws Exception {
        assertThat(console.run("task:bulk --state queued --tenant t --priority 9 prioritize"))
                .isEqualTo("3 changed, 1 skipped\n");
        assertThat(console.run("task:bulk --dry-run --text x --agent a --reason why cancel"))
                .isEqualTo("3 would be changed, 1 skipped\nsuch as 0a 0b\n");
        assertThat(skep.asked)
                .containsExactly(
                        new BulkRequest(
                                BulkRequest.Action.PRIORITIZE,
                                new TaskQuery(Set.of(TaskState.QUEUED), null, "t", null, null, null, 1, null),
                                9,
                                null,
                                false),
                        new BulkRequest(
                                BulkRequest.Action.CANCEL,
                                new TaskQuery(Set.of(), "a", null, "x", null, null, 1, null),
                                0,
                                "why",
                                true));
    }

    @Test
    void bulk_thatEndsBeforeItsTime_orMakesNoSense_fails() throws Exception {
        skep.bulkError = "no room";
        assertThatThrownBy(() -> console.run("task:bulk retry")).hasMessage("ended before its time: no room");
        assertThatThrownBy(() -> console.run("task:bulk prioritize")).hasMessageContaining("--priority");
        assertThatThrownBy(() -> console.run("task:bulk burn")).hasMessageContaining("no such action: burn");
    }

    @Test
    void queues_areListedWithWhoCanServeThem() throws Exception {
        skep.queues.add(new QueueStatus(
                Set.of("java", "build"),
                "acme",
                7,
                FakeAgents.AT,
                1.5,
                2.25,
                Duration.ofSeconds(9),
                List.of("w1", "w2"),
                2,
                0));
        skep.queues.add(new QueueStatus(Set.of(), "default", 1, null, 1, 0, null, List.of(), 0, 0));
        assertThat(console.run("queue:list --no-format").lines())
                .containsExactly(
                        "build,java\tacme\t7\t2026-01-02T03:04:05Z\t1.50\t2.25\t9 s\t2\t0\tw1,w2",
                        "any\tdefault\t1\t\t1.00\t0.00\tnever\t0\t0\t");
    }

    @Test
    void tail_printsItsEventsOnly_andTheResultAtTheEnd() throws Exception {
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        skep.tasks.add(task(TaskState.WORKING, null, null));
        skep.tasks.add(task(TaskState.COMPLETED, "7", null));
        skep.events.add(event("0a", "task.progress"));
        skep.events.add(event("0f", "task.completed"));
        assertThat(console.run("task:tail 0a"))
                .isEqualTo("0a queued: because\n2026-01-02T03:04:05.678Z task.progress half [2J done\n7\n");
    }

    @Test
    void tail_ofATaskThatEndsOtherwise_fails() {
        skep.tasks.add(task(TaskState.REJECTED, null, null));
        assertThatThrownBy(() -> console.run("task:tail 0a")).hasMessage("0a rejected: because");
    }

    @Test
    void tail_isBounded() {
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        assertThatThrownBy(() -> console.run("task:tail --timeout 0 0a")).hasMessage("0a has not ended within 0 s");
    }

    @Test
    void answer_isPassedOn_andSaysHowTheTaskStands() throws Exception {
        skep.tasks.add(task(TaskState.WORKING, null, null));
        assertThat(console.run("task:answer 0a '{\"approved\": true}'")).isEqualTo("0a working: because\n");
        assertThat(skep.asked).containsExactly("answer 0a {\"approved\": true}");
    }

    @Test
    void task_unknown_endsEachCommandOnOneLine() {
        for (String verb : List.of("show", "why", "cancel", "retry", "tail")) {
            assertThatThrownBy(() -> console.run("task:" + verb + " 00")).hasMessage("no task 00");
        }
        assertThatThrownBy(() -> console.run("task:answer 00 1")).hasMessage("no task 00");
    }

    @Test
    void answer_thatNeverComes_isGivenUp() {
        skep.silent = true;
        assertThatThrownBy(() -> Answer.within(Duration.ofMillis(1), skep.cancel("0a", null)))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("no answer within 1 ms");
    }

    @Test
    void capabilities_areListedWithAnExample() throws Exception {
        skep.capabilities.add(echo());
        assertThat(console.run("capability:list --no-format").lines())
                .containsExactly("sample_echo\techo\tSays it again\t1000\t{\"text\":\"x\"}");
    }

    @Test
    void call_passesEverythingOn_andPrintsTheAnswer() throws Exception {
        skep.response = new IntegrationResponse.Answered("{\"text\":\"hi\"}");
        assertThat(console.run("capability:call --operation echo --agent w1 sample_echo '{\"text\": \"hi\"}'"))
                .isEqualTo("{\"text\":\"hi\"}\n");
        assertThat(skep.asked)
                .containsExactly(
                        new IntegrationRequest("sample_echo", "echo", "w1", "{\"text\": \"hi\"}").by(Actor.caller()));
    }

    @Test
    void call_withPairs_makesAnObjectOfThem() throws Exception {
        console.run(
                "capability:call --task 0a --tenant acme sample_echo text='so \"it\" is' count=-2.5e3 deep=true no=007");
        assertThat(skep.asked)
                .containsExactly(new IntegrationRequest(
                                "sample_echo",
                                null,
                                null,
                                "0a",
                                "acme",
                                "{\"text\":\"so \\\"it\\\" is\",\"count\":-2.5e3,\"deep\":true,\"no\":\"007\"}")
                        .by(Actor.caller()));
        assertThatThrownBy(() -> console.run("capability:call c a=1 a=2")).hasMessage("a is there twice");
        assertThatThrownBy(() -> console.run("capability:call c a=1 b"))
                .hasMessage("\"b\" is not key=value; JSON is one word, in single quotes");
    }

    @Test
    void call_thatEndsOtherwise_failsWithTheNameOfItsEnding() {
        skep.response = new IntegrationResponse.Declined("text is missing");
        assertThatThrownBy(() -> console.run("capability:call c")).hasMessage("declined: text is missing");
        skep.response = new IntegrationResponse.Failed("sample", "out of luck");
        assertThatThrownBy(() -> console.run("capability:call c")).hasMessage("sample failed: out of luck");
        skep.response = new IntegrationResponse.TimedOut("sample", Duration.ofSeconds(1));
        assertThatThrownBy(() -> console.run("capability:call c")).hasMessage("sample did not answer within 1000 ms");
        skep.response = new IntegrationResponse.Gone("nobody offers c");
        assertThatThrownBy(() -> console.run("capability:call c")).hasMessage("gone: nobody offers c");
    }

    @Test
    void tab_proposesIdsOfEachKind() throws Exception {
        console.run("agent:register w1");
        skep.tasks.add(task(TaskState.QUEUED, null, null));
        skep.capabilities.add(echo());
        skep.plugins.list.add(FakePlugins.status());
        skep.flags.set("sample_echo", FlagRule.OFF, "test");
        assertThat(console.complete("agent", "show", "w")).containsExactly("w1");
        assertThat(console.complete("task", "show", "0")).containsExactly("0a");
        assertThat(console.complete("capability", "call", "sam")).containsExactly("sample_echo");
        assertThat(console.complete("plugin", "show", "")).containsExactly("sample");
        assertThat(console.complete("task", "list", "--state", "work")).containsExactly("working");
        assertThat(console.complete("flag", "set", "sam")).containsExactly("sample_echo");
        assertThat(console.complete("flag", "set", "leg")).containsExactly("legacy.mode");
        assertThat(console.complete("flag", "set", "sample_echo", "o")).containsExactlyInAnyOrder("on", "off");
    }

    @Test
    void tab_whileTheServerCannotList_proposesNothing() {
        skep.silent = true;
        assertThat(console.complete("task", "show", "0")).isEmpty();
    }
}
