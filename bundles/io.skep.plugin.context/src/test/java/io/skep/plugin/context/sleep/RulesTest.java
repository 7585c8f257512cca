// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.plugin.base.Declination;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final Instant NOON = Instant.parse("2026-01-10T12:00:00Z");

    private static final Rules.Hours NO_HOURS = (agent, below, when) -> false;

    private static Rules.Situation at(Instant now, Rules.Hours hours) {
        return new Rules.Situation(now, 0, agent -> 0, hours);
    }

    private static Policy policy(List<String> agents, String skill, Long idle, Long tokens, Integer heap) {
        return new Policy("p", agents, skill, idle, tokens, heap, null, null, null, null).checked();
    }

    private static Policy nights() {
        return new Policy("nights", null, null, null, null, null, null, "0 22 * * *", "0 6 * * *", null).checked();
    }

    private static Agent agent(AgentState state, Instant since) {
        return new Agent(AgentSpec.of("a1", 1, "java"), true, state, "", since, since, 0, 0, null, List.of());
    }

    private static Optional<String> why(Policy policy, Duration idle, int heap, long tokens, Instant now) {
        return new Rules(List.of(policy))
                .whySleep(
                        agent(AgentState.ACTIVE, NOON),
                        now.minus(idle),
                        new Rules.Situation(now, heap, agent -> tokens, NO_HOURS));
    }

    @Test
    void idleAgent_sleepsAfterItsTime() {
        Policy policy = policy(null, null, 60_000L, null, null);
        assertThat(why(policy, Duration.ofSeconds(59), 0, 0, NOON)).isEmpty();
        assertThat(why(policy, Duration.ofSeconds(60), 0, 0, NOON)).contains("idle for 60 s (policy p)");
    }

    @Test
    void fullHeapAndLongContext_letIdleOnesSleep() {
        Policy heap = policy(null, null, null, null, 80);
        assertThat(why(heap, Duration.ofMinutes(2), 79, 0, NOON)).isEmpty();
        assertThat(why(heap, Duration.ofSeconds(59), 80, 0, NOON)).isEmpty();
        assertThat(why(heap, Duration.ofMinutes(2), 80, 0, NOON)).contains("80 % of the heap are in use (policy p)");
        Policy context = policy(null, null, null, 1000L, null);
        assertThat(why(context, Duration.ofMinutes(2), 0, 999, NOON)).isEmpty();
        assertThat(why(context, Duration.ofMinutes(2), 0, 1000, NOON))
                .contains("its context has 1000 tokens (policy p)");
    }

    @Test
    void hoursOfSleep_letItSleep_andWakeItWhenTheyAreOver() {
        Instant night = Instant.parse("2026-01-10T23:00:00Z");
        assertThat(why(nights(), Duration.ofMinutes(1), 0, 0, NOON)).isEmpty();
        assertThat(why(nights(), Duration.ofSeconds(5), 0, 0, night))
                .as("just woken for something")
                .isEmpty();
        assertThat(why(nights(), Duration.ofMinutes(1), 0, 0, night)).isPresent();

        Rules rules = new Rules(List.of(nights()));
        Instant morning = Instant.parse("2026-01-11T06:00:00Z");
        assertThat(rules.whyWake(agent(AgentState.ASLEEP, night), at(morning, NO_HOURS)))
                .contains("its hours of sleep are over (policy nights)");
        assertThat(rules.whyWake(agent(AgentState.ASLEEP, NOON.plusSeconds(1)), at(NOON.plusSeconds(60), NO_HOURS)))
                .isEmpty();
        assertThat(rules.whyWake(agent(AgentState.ACTIVE, night), at(morning, NO_HOURS)))
                .isEmpty();
    }

    private static Policy quiet(Double below, String zone) {
        return new Policy("quiet", null, null, null, null, null, below, null, null, zone).checked();
    }

    @Test
    void quietHours_letItSleep_unlessTheyAreAlmostOver_andWakeItWhenTheyAre() {
        Instant end = NOON.plus(Duration.ofHours(1));
        Rules rules = new Rules(List.of(quiet(0.1, null)));
        Rules.Hours untilOne = (agent, below, when) -> below == 0.1 && when.isBefore(end);
        Instant idleSince = NOON.minusSeconds(60);
        assertThat(rules.whySleep(agent(AgentState.ACTIVE, NOON), idleSince, at(NOON, NO_HOURS)))
                .isEmpty();
        assertThat(rules.whySleep(agent(AgentState.ACTIVE, NOON), idleSince.plusMillis(1), at(NOON, untilOne)))
                .as("idle for less than a minute")
                .isEmpty();
        assertThat(rules.whySleep(agent(AgentState.ACTIVE, NOON), idleSince, at(NOON, untilOne)))
                .contains("it seldom has work at this hour (policy quiet)");
        assertThat(rules.whySleep(agent(AgentState.ACTIVE, NOON), idleSince, at(end.minusSeconds(600), untilOne)))
                .as("ten minutes before their end")
                .isEmpty();

        assertThat(rules.whyWake(agent(AgentState.ASLEEP, NOON), at(end.minusSeconds(1), untilOne)))
                .isEmpty();
        assertThat(rules.whyWake(agent(AgentState.ASLEEP, NOON), at(end, untilOne)))
                .contains("it often has work at this hour (policy quiet)");
        assertThat(rules.whyWake(agent(AgentState.ASLEEP, end), at(end.plusSeconds(1), untilOne)))
                .as("put to sleep in an hour that is not quiet")
                .isEmpty();
    }

    @Test
    void hoursAreLearned_whereAPolicyAsksForThem_byItsClock() {
        Agent agent = agent(AgentState.ACTIVE, NOON);
        assertThat(new Rules(List.of(nights())).learns(agent)).isEmpty();
        assertThat(new Rules(List.of(nights(), quiet(0.5, "Europe/Berlin"))).learns(agent))
                .contains(ZoneId.of("Europe/Berlin"));
        assertThat(new Rules(List.of(quiet(0.5, null))).learns(agent)).contains(ZoneId.of("UTC"));
    }

    @Test
    void shareThatIsNone_orAZone_isDeclined() {
        for (double wrong : new double[] {0, -1, 0.51, Double.NaN}) {
            assertThatThrownBy(() -> quiet(wrong, null)).hasMessageContaining("\"quietBelow\" must be");
        }
        assertThatThrownBy(() -> quiet(0.2, "Nowhere/Here")).hasMessageContaining("no time zone");
    }

    @Test
    void policy_isForItsAgentsOnly() {
        Duration hour = Duration.ofHours(1);
        assertThat(why(policy(List.of("a1"), null, 1000L, null, null), hour, 0, 0, NOON))
                .isPresent();
        assertThat(why(policy(List.of("a*"), "java", 1000L, null, null), hour, 0, 0, NOON))
                .isPresent();
        assertThat(why(policy(List.of(), null, 1000L, null, null), hour, 0, 0, NOON))
                .isPresent();
        assertThat(why(policy(List.of("b*", "a"), null, 1000L, null, null), hour, 0, 0, NOON))
                .isEmpty();
        assertThat(why(policy(null, "go", 1000L, null, null), hour, 0, 0, NOON)).isEmpty();
    }

    @Test
    void policyThatMeansNothing_isDeclinedWithItsField() {
        assertThatThrownBy(() -> policy(null, null, null, null, null)).isInstanceOf(Declination.class);
        assertThatThrownBy(() -> policy(null, null, 999L, null, null)).hasMessageContaining("idleMillis");
        assertThatThrownBy(() -> policy(null, null, null, 0L, null)).hasMessageContaining("contextTokens");
        assertThatThrownBy(() -> policy(null, null, null, null, 101)).hasMessageContaining("heapPercent");
        assertThatThrownBy(() -> new Policy("x y", null, null, 1000L, null, null, null, null, null, null).checked())
                .hasMessageContaining("name");
        assertThatThrownBy(() -> new Policy("x", null, null, null, null, null, null, "0 1 * * *", null, null).checked())
                .hasMessage("\"from\" and \"until\" go together");
        assertThatThrownBy(() -> new Policy("x", null, null, 1000L, null, null, null, null, null, "UTC").checked())
                .hasMessageContaining("\"zone\" is of no use");
        assertThatThrownBy(() -> policy(Collections.nCopies(1001, "a"), null, 1000L, null, null))
                .hasMessageContaining("agents");
    }
}
