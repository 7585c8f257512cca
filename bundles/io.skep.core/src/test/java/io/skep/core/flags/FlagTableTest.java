// SPDX-License-Identifier: Apache-2.0
package io.skep.core.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags.Flag;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.core.OpenSkep;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginSettings;
import io.skep.core.plugin.PluginWork;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagTableTest {
    @TempDir
    private Path directory;

    private Path file;
    private OpenSkep skep;
    private FlagTable flags;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("io.skep.flags.cfg");
        skep = new OpenSkep(new InMemoryLogStore(4, directory), PluginSettings.DEFAULT);
        flags = new FlagTable(file, skep.registry(), skep.engine());
        Generation generation = skep.registry()
                .arrive(
                        new Generation.Origin("p", "p", "1.0.0", 1, null),
                        new RecordingPlugin("p", RecordingPlugin.capability("echo", "say")));
        PluginWork.offer(generation, List.of(RecordingPlugin.capability("echo", "say")));
        skep.registry().promote(generation, "initialised");
    }

    @AfterEach
    void stop() {
        skep.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private boolean isAnswered(String tenant) {
        IntegrationRequest request = new IntegrationRequest("echo", null, null, null, tenant, "{}");
        return get(skep.registry().calls().call(request)) instanceof IntegrationResponse.Answered;
    }

    private void edit(String content) throws IOException {
        Files.writeString(file, content);
        flags.fileChanged();
    }

    private List<String> events(EventCursor from) {
        List<Event> events = get(skep.engine().events().next(from, 100, Duration.ofSeconds(10)))
                .events();
        return events.stream()
                .map(event -> event.type() + " " + event.subject() + " " + event.cause())
                .toList();
    }

    @Test
    void withoutAFile_everythingIsOn() {
        flags.fileChanged();

        assertThat(isAnswered(null)).isTrue();
        assertThat(flags.list()).containsExactly(new Flag("echo", FlagRule.ON, true));
        assertThat(flags.legacyMode()).isFalse();
    }

    @Test
    void editedFile_holdsForTheNextCall_andIsAnEvent() throws IOException {
        EventCursor from = skep.engine().events().end();

        edit("echo = tenant:acme\n");

        assertThat(isAnswered("acme")).isTrue();
        assertThat(isAnswered("other")).isFalse();
        assertThat(events(from)).containsExactly("flag.changed echo from on to tenant:acme, by io.skep.flags.cfg");
        flags.fileChanged();
        assertThat(events(from)).hasSize(1);
    }

    @Test
    void wrongValue_leavesTheLastGoodOne_andTheOthersAreTaken() throws IOException {
        edit("echo = off\nlegacy.mode = on\nshout = 10%\n");

        edit("echo = perhaps\nlegacy.mode = maybe\nshout = 20%\nNo Such = on\nnever_good = 200%\n");

        assertThat(flags.list())
                .containsExactly(new Flag("echo", FlagRule.OFF, true), new Flag("shout", FlagRule.parse("20%"), false));
        assertThat(flags.legacyMode()).isTrue();
        edit("echo = on\nlegacy.mode = FALSE\n");
        assertThat(flags.list()).containsExactly(new Flag("echo", FlagRule.ON, true));
        assertThat(flags.legacyMode()).isFalse();
    }

    @Test
    void keyThatIsNoCapability_isRefused() throws IOException {
        edit("Echo = off\nother.key = off\n");

        assertThat(flags.list()).extracting(Flag::capability).containsExactly("echo");
    }

    @Test
    void fileThatCannotBeRead_changesNothing() throws IOException {
        edit("echo = off\n");
        edit("echo = \\uZZZZ\n");
        assertThat(isAnswered(null)).isFalse();
        Files.delete(file);
        Files.createDirectory(file);

        flags.fileChanged();

        assertThat(isAnswered(null)).isFalse();
    }

    @Test
    void setFlag_isInTheFile_andHoldsForTheNextCall() throws IOException {
        Files.writeString(file, "# ours\nshout = off\n");
        flags.fileChanged();
        EventCursor from = skep.engine().events().end();

        Flag flag = get(flags.set("echo", FlagRule.parse("tenant:acme"), "ann"));

        assertThat(flag).isEqualTo(new Flag("echo", FlagRule.parse("tenant:acme"), true));
        assertThat(file).hasContent("# ours\nshout = off\necho = tenant:acme");
        assertThat(isAnswered("other")).isFalse();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> events(from).contains("flag.changed echo from on to tenant:acme, by ann"));
        assertThat(get(flags.set("echo", FlagRule.ON, "ann")).rule()).isEqualTo(FlagRule.ON);
        assertThat(file).hasContent("# ours\nshout = off");
        assertThat(isAnswered("other")).isTrue();
        assertThat(get(flags.set("unknown", FlagRule.OFF, "ann")).offered()).isFalse();
    }

    @Test
    void lateWordOfAnEarlierContent_changesNothing() throws IOException {
        edit("echo = off\n");
        get(flags.set("echo", FlagRule.ON, "ann"));

        flags.fileChanged();

        assertThat(isAnswered(null)).isTrue();
    }

    @Test
    void legacyMode_callsNobody_andIsInTheFile() {
        EventCursor from = skep.engine().events().end();

        assertThat(get(flags.setLegacyMode(true, "ann"))).isTrue();

        assertThat(isAnswered(null)).isFalse();
        assertThat(flags.legacyMode()).isTrue();
        assertThat(file).hasContent("legacy.mode = on");
        assertThat(events(from)).containsExactly("flag.changed legacy.mode from off to on, by ann");
        get(flags.setLegacyMode(false, "ann"));
        assertThat(isAnswered(null)).isTrue();
        assertThat(file).hasContent("");
    }

    @Test
    void wrongCapability_isRefused() {
        assertThat(refusal(flags.set("No Such", FlagRule.OFF, "ann")).field()).contains("capability");
    }

    @Test
    void flagWhoseFileCannotBeWritten_isNotSet() throws IOException {
        Files.createDirectory(file);

        assertThat(refusal(flags.set("echo", FlagRule.OFF, "ann")).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(isAnswered(null)).isTrue();
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        try {
            throw new AssertionError("not refused: " + get(stage));
        } catch (CompletionException failed) {
            return (Refusal) failed.getCause();
        }
    }

    @Test
    void tooManyRules_areRefused_andWhatHeldGoesOnToHold() throws IOException {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            many.put("c" + i, "off");
        }
        flags.configured(many, "test");

        flags.configured(Map.of("echo", "off"), "test");
        assertThat(flags.list()).hasSize(1);
        many.put("echo", "off");
        flags.configured(many, "test");
        assertThat(flags.list()).hasSize(1);

        many.remove("echo");
        flags.configured(many, "test");
        Refusal refused = refusal(flags.set("echo", FlagRule.OFF, "ann"));
        assertThat(refused.reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(refused.field()).contains("capability");
        assertThat(file).doesNotExist();
        assertThat(get(flags.set("c1", FlagRule.parse("5%"), "ann")).rule()).isEqualTo(FlagRule.parse("5%"));
    }

    @Test
    void callThatWaits_isAnsweredOutsideTheLock() {
        Capability patient = new Capability(
                "patient",
                List.of(Operation.named("say")
                        .summary("Waits for whoever serves")
                        .input(RecordingPlugin.Input.class)
                        .output(RecordingPlugin.Output.class)
                        .whenAbsent(GapPolicy.PARK)
                        .examples("{}")
                        .build()));
        Generation generation = skep.registry()
                .arrive(new Generation.Origin("q", "q", "1.0.0", 2, null), new RecordingPlugin("q", patient));
        PluginWork.offer(generation, List.of(patient));
        skep.registry().promote(generation, "initialised");
        skep.registry().withdraw(generation, "restarts", true);
        CompletableFuture<Boolean> isLocked = skep.registry()
                .calls()
                .call(new IntegrationRequest("patient", null, null, null, null, "{}"))
                .thenApply(answer -> Thread.holdsLock(flags))
                .toCompletableFuture();
        assertThat(isLocked).isNotDone();

        flags.configured(Map.of("patient", "off"), "test");

        assertThat(get(isLocked)).isFalse();
    }
}
