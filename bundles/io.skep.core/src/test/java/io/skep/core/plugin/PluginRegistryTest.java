// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.LONG;
import static io.skep.core.plugin.PluginBench.by;
import static io.skep.core.plugin.PluginBench.capability;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.FlagRule;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.PluginStatus.State;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginRegistryTest {
    private PluginBench bench = new PluginBench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private PluginStatus status(Generation generation) {
        return bench.registry.list().stream()
                .filter(status -> status.generation() == generation.number())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void arrival_isListed_andNotCalled() {
        Generation generation = bench.ready("p", "1", new RecordingPlugin("1"), capability("echo"));

        assertThat(status(generation).state()).isEqualTo(State.INITIALISING);
        assertThat(status(generation).sharePercent()).isZero();
        assertThat(bench.registry.serving("p")).isEmpty();
        assertThat(bench.registry.capabilities()).isEmpty();
        assertThat(bench.call("echo")).isEqualTo(new Gone("nobody offers the capability echo"));
    }

    @Test
    void numbers_growWithEachArrival() {
        Generation first = bench.ready("p", "1", new RecordingPlugin("same"));
        Generation second = bench.ready("p", "2", new RecordingPlugin("same"));

        assertThat(second.number()).isGreaterThan(first.number());
        assertThat(bench.registry.generations("p")).containsExactly(first, second);
        assertThat(second).hasToString("p 2 (generation 2)");
        bench.registry.forget(second);
        assertThat(bench.registry.generations("p")).containsExactly(first);
        bench.registry.forget(second);
    }

    @Test
    void promotion_takesOver() {
        Generation old = bench.ready("p", "1", new RecordingPlugin("1"), capability("echo"), capability("gone"));
        assertThat(bench.registry.promote(old, "first")).isEmpty();
        Generation next = bench.ready("p", "2", new RecordingPlugin("2"), capability("echo"), capability("new"));

        assertThat(bench.registry.promote(next, "better")).isEmpty();

        assertThat(by(bench.call("echo"))).isEqualTo("2");
        assertThat(status(next).state()).isEqualTo(State.SERVING);
        assertThat(status(next).cause()).isEqualTo("better");
        assertThat(status(next).sharePercent()).isEqualTo(100);
        assertThat(status(old).state()).isEqualTo(State.DRAINING);
        assertThat(status(old).cause()).isEqualTo("replaced by 2");
        assertThat(bench.registry.capabilities()).extracting(Capability::id).containsExactly("echo", "new");
        assertThat(bench.call("gone")).isEqualTo(new Gone("nobody offers the capability gone"));
    }

    @Test
    void canary_getsItsShare_untilItIsTakenAway() {
        Generation old = bench.serving("1", capability("echo"));
        Generation canary = bench.ready("p", "2", new RecordingPlugin("2"), capability("echo"));
        bench.registry.tryOut(canary, 30);
        assertThat(status(old).sharePercent()).isEqualTo(70);
        assertThat(status(canary).sharePercent()).isEqualTo(30);
        for (int i = 0; i < 1000; i++) {
            bench.call("echo");
        }
        assertThat(canary.callsSoFar()).isBetween(200L, 400L);

        bench.registry.tryOut(canary, 0);

        for (int i = 0; i < 50; i++) {
            assertThat(by(bench.call("echo"))).isEqualTo("1");
        }
        assertThat(status(old).sharePercent()).isEqualTo(100);
        assertThat(status(canary).sharePercent()).isZero();
        Generation other = bench.ready("p", "3", new RecordingPlugin("3"), capability("echo"));
        bench.registry.tryOut(canary, 10);
        bench.registry.tryOut(other, 0);
        assertThat(status(canary).sharePercent()).isEqualTo(10);
    }

    @Test
    void withdrawnCanary_hasNotServed() {
        bench.serving("1", capability("echo"));
        Generation canary = bench.ready("p", "2", new RecordingPlugin("2"), capability("echo"));
        bench.registry.tryOut(canary, 100);

        assertThat(bench.registry.withdraw(canary, "worse", false)).isFalse();

        assertThat(by(bench.call("echo"))).isEqualTo("1");
        assertThat(status(canary).state()).isEqualTo(State.DRAINING);
        assertThat(status(canary).cause()).isEqualTo("worse");
    }

    @Test
    void withdrawal_leavesWhatSaysMore() {
        Generation generation = bench.serving("1", capability("echo"));
        for (State end : List.of(State.ABANDONED, State.FAILED)) {
            bench.registry.become(generation, end, "why");

            bench.registry.withdraw(generation, "it went", true);

            assertThat(status(generation).state()).isEqualTo(end);
            assertThat(status(generation).cause()).isEqualTo("why");
        }
    }

    @Test
    void withdrawnGeneration_neverComesBack() {
        Generation withdrawn = bench.ready("p", "1", new RecordingPlugin("1"), capability("echo"));
        Generation quarantined = bench.serving("2", capability("echo"));
        bench.registry.quarantine(quarantined, "it fails", true);
        bench.registry.withdraw(withdrawn, "it went", true);
        bench.registry.withdraw(quarantined, "taken away", true);
        withdrawn.close();
        quarantined.close();

        assertThat(bench.registry.become(withdrawn, State.CANDIDATE, "ready")).isFalse();
        bench.registry.tryOut(withdrawn, 100);
        assertThat(bench.registry.promote(withdrawn, "ready")).contains("it went");
        assertThat(bench.registry.reinstate(quarantined, "works again")).isFalse();

        assertThat(status(withdrawn).state()).isEqualTo(State.DRAINING);
        assertThat(status(quarantined).state()).isEqualTo(State.DRAINING);
        assertThat(bench.registry.serving("p")).isEmpty();
    }

    @Test
    void secondOfTwoPlugins_thatGotReadyWithTheSameCapability_isNotPromoted() {
        Generation second = bench.ready("q", "1", new RecordingPlugin("1"), capability("echo"));
        Generation quarantined = bench.serving("1", capability("echo"));
        assertThat(bench.registry.promote(second, "ready")).contains("the capability echo is offered by plugin p");
        bench.registry.quarantine(quarantined, "it fails", true);
        assertThat(bench.registry.promote(second, "ready")).isEmpty();

        assertThat(bench.registry.reinstate(quarantined, "works again")).isFalse();
        assertThat(status(quarantined).state()).isEqualTo(State.QUARANTINED);
    }

    @Test
    void gap_endsAfterItsTime_andThePluginIsForgotten() {
        bench.registry.withdraw(bench.serving("1", capability("echo")), "1 went", false);
        assertThat(bench.registry.calls().routes().find("echo")).isNotNull();

        bench.close();
        bench = new PluginBench(PluginBench.settings(Duration.ofMillis(100)));
        bench.registry.withdraw(bench.serving("1", capability("echo")), "1 went", false);
        await().atMost(LONG).until(() -> bench.registry.calls().routes().find("echo") == null);

        assertThat(bench.serving("2", capability("echo"))).isNotNull();
        assertThat(by(bench.call("echo"))).isEqualTo("2");
    }

    @Test
    void endOfAnOldGap_doesNotTouchWhoServesNow() {
        bench.close();
        bench = new PluginBench(PluginBench.settings(Duration.ofMillis(500)));
        AtomicInteger changes = new AtomicInteger();
        bench.registry.whenChanged(changes::incrementAndGet);
        bench.registry.withdraw(bench.serving("1", capability("echo")), "1 went", true);
        bench.serving("2", capability("echo"));

        // It came, it went, the other came, and the gap ended.
        await().atMost(LONG).until(() -> changes.get() == 4);

        assertThat(by(bench.call("echo"))).isEqualTo("2");
    }

    @Test
    void quarantinedGeneration_getsNoCalls_untilItIsReinstated() {
        Generation generation = bench.serving("1", capability("echo"));
        for (int i = 0; i < 4; i++) {
            generation.failed();
        }

        assertThat(bench.registry.quarantine(generation, "it fails", false)).isTrue();

        assertThat(status(generation).state()).isEqualTo(State.QUARANTINED);
        assertThat(status(generation).cause()).isEqualTo("it fails");
        assertThat(bench.call("echo")).isEqualTo(new Gone("p is quarantined: it fails"));
        assertThat(bench.registry.quarantine(generation, "again", false)).isFalse();
        assertThat(bench.registry.reinstate(generation, "works again")).isTrue();
        assertThat(by(bench.call("echo"))).isEqualTo("1");
        assertThat(status(generation).cause()).isEqualTo("works again");
        assertThat(generation.failed()).as("what was is forgiven").isFalse();
        assertThat(bench.registry.reinstate(generation, "twice")).isFalse();
    }

    @Test
    void quarantinedGeneration_staysOut_whenAnotherServes() {
        Generation generation = bench.serving("1", capability("echo"));
        bench.registry.quarantine(generation, "it fails", true);
        bench.serving("2", capability("echo"));

        assertThat(bench.registry.reinstate(generation, "works again")).isFalse();
        assertThat(by(bench.call("echo"))).isEqualTo("2");
        assertThat(status(generation).state()).isEqualTo(State.DRAINING);
        assertThat(status(generation).cause()).isEqualTo("replaced by 2");
    }

    @Test
    void conflict_namesTheOtherPlugin() {
        bench.serving("1", capability("echo"));

        assertThat(bench.registry.conflict("q", List.of(capability("new"), capability("echo"))))
                .contains("the capability echo is offered by plugin p");
        assertThat(bench.registry.conflict("p", List.of(capability("echo")))).isEmpty();
        assertThat(bench.registry.conflict("q", List.of(capability("new")))).isEmpty();
        bench.registry.withdraw(bench.registry.serving("p").orElseThrow(), "went", true);
        assertThat(bench.registry.conflict("q", List.of(capability("echo")))).isEmpty();
    }

    @Test
    void changes_areTold() {
        AtomicInteger changes = new AtomicInteger();
        bench.registry.whenChanged(changes::incrementAndGet);
        Generation generation = bench.serving("1", capability("echo"));
        assertThat(changes).hasValue(1);
        bench.registry.flags(Map.of("echo", FlagRule.OFF), false);
        bench.registry.announce();
        assertThat(changes).hasValue(2);
        bench.registry.withdraw(generation, "went", true);
        assertThat(changes).hasValue(3);
    }

    @Test
    void offered_isWhatIsServed_switchedOnOrNot() {
        bench.serving("1", capability("echo"));
        bench.registry.flags(Map.of("echo", FlagRule.OFF), true);

        assertThat(bench.registry.offered()).extracting(Capability::id).containsExactly("echo");
        assertThat(bench.registry.capabilities()).isEmpty();
        bench.registry.withdraw(bench.registry.serving("p").orElseThrow(), "went", true);
        assertThat(bench.registry.offered()).isEmpty();
    }

    @Test
    void lanes_ofGenerations_areApart() {
        Generation first = bench.ready("p", "1", new RecordingPlugin("1"));
        Generation second = bench.ready("p", "2", new RecordingPlugin("2"));

        assertThat(first.lane()).isNotSameAs(second.lane());
    }

    @Test
    void list_isByNameAndNumber() {
        bench.ready("q", "1", new RecordingPlugin("1"));
        bench.ready("p", "2", new RecordingPlugin("2"));
        bench.ready("p", "1", new RecordingPlugin("1"));

        assertThat(bench.registry.list())
                .extracting(status -> status.name() + status.version())
                .containsExactly("p2", "p1", "q1");
    }
}
