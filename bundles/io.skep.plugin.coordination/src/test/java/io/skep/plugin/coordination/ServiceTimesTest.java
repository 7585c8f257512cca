// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.PluginState.Document;
import io.skep.plugin.base.Codec;
import io.skep.testkit.ManualClock;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceTimesTest {
    private static final Duration REST = Duration.ofSeconds(30);

    private final ServiceTimes times = new ServiceTimes();
    private final ManualClock clock = new ManualClock();
    private final InMemoryPluginState state = new InMemoryPluginState();

    private Keeper keeper(ServiceTimes of) {
        return new Keeper(state, of, new Codec(), clock);
    }

    @Test
    void windows_showTheLastAttempts_andNoMore() {
        IntStream.rangeClosed(1, 100).forEach(i -> times.completed("a", Duration.ofMillis(i)));
        times.failed("a");

        Window.Figures figures = times.of("a");

        assertThat(figures.completed()).isEqualTo(63);
        assertThat(figures.failed()).isEqualTo(1);
        assertThat(figures.mean()).isEqualTo(69);
        assertThat(figures.p50()).isEqualTo(69);
        assertThat(figures.p90()).isEqualTo(94);
        assertThat(times.ofFleet().completed()).isEqualTo(100);
        assertThat(times.of("b")).isEqualTo(Window.Figures.NONE);
        times.forget("a");
        assertThat(times.of("a")).isEqualTo(Window.Figures.NONE);
    }

    @Test
    void agentWithoutACompletion_isTakenToBeLikeTheFleet() {
        assertThat(times.mean("a", 7)).isEqualTo(7);
        times.completed("b", Duration.ofMillis(40));
        times.failed("a");

        assertThat(times.mean("a", 7)).isEqualTo(40);
        assertThat(times.of("a").successRate()).isEqualTo(1.0 / 3);
        times.retain(Set.of("a"));
        assertThat(times.of("b")).isEqualTo(Window.Figures.NONE);
    }

    @Test
    void learned_isWrittenAtOnce_thenAtMostEveryFiveSeconds() {
        Keeper keeper = keeper(times);
        keeper.load();
        assertThat(keeper.rest(REST)).isEqualTo(REST);
        assertThat(state.keys()).isEmpty();
        times.completed("a", Duration.ofMillis(5));
        keeper.changed();
        assertThat(keeper.rest(REST)).isEqualTo(REST);
        Document first = state.get(Keeper.KEY).orElseThrow();
        assertThat(first).isEqualTo(new Document(1, "{\"agents\":{\"a\":[5]}}"));

        times.failed("a");
        keeper.changed();
        clock.advance(Duration.ofSeconds(2));
        assertThat(keeper.rest(REST)).isEqualTo(Duration.ofSeconds(3));
        assertThat(keeper.rest(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(state.get(Keeper.KEY)).contains(first);
        clock.advance(Duration.ofSeconds(3));
        keeper.rest(REST);

        assertThat(state.get(Keeper.KEY).orElseThrow().json()).isEqualTo("{\"agents\":{\"a\":[5,-1]}}");
        ServiceTimes next = new ServiceTimes();
        keeper(next).load();
        assertThat(next.of("a")).isEqualTo(times.of("a"));
        assertThat(next.ofFleet()).isEqualTo(times.ofFleet());
    }

    @Test
    void thousandsOfAgents_fitIntoADocument_newestFirst() {
        for (int agent = 0; agent < 3000; agent++) {
            for (int i = 0; i < 40; i++) {
                times.completed("x".repeat(120) + agent, Duration.ofDays(24));
            }
        }
        Keeper keeper = keeper(times);
        keeper.load();
        keeper.changed();
        keeper.rest(REST);

        assertThat(state.get(Keeper.KEY).orElseThrow().json())
                .hasSizeLessThan(256 << 10)
                .contains("x2999\"")
                .doesNotContain("x2499\"");
    }

    @Test
    void promotedGeneration_takesOverWhatItDoesNotKnow_andWritesWhatItDoes() {
        Keeper keeper = keeper(times);
        keeper.load();
        times.completed("mine", Duration.ofMillis(1));

        state.become(Map.of(Keeper.KEY, new Document(1, "{\"agents\":{\"mine\":[9],\"other\":[3]},\"newer\":1}")));
        keeper.rest(REST);

        assertThat(times.of("mine").p50()).isEqualTo(1);
        assertThat(times.of("other").p50()).isEqualTo(3);
        assertThat(state.get(Keeper.KEY).orElseThrow().json()).contains("\"mine\":[1]", "\"other\":[3]");
    }

    @Test
    void documentThatIsNoneOfOurs_isLeftAlone_andABrokenOneIsWrittenAnew() {
        Document foreign = new Document(2, "{\"agents\":{\"a\":[1]}}");
        state.become(Map.of(Keeper.KEY, foreign));
        Keeper keeper = keeper(times);
        keeper.load();
        keeper.changed();
        keeper.rest(REST);
        assertThat(times.of("a")).isEqualTo(Window.Figures.NONE);
        assertThat(state.get(Keeper.KEY)).contains(foreign);

        state.become(Map.of(Keeper.KEY, new Document(1, "{\"agents\":7}")));
        clock.advance(Duration.ofSeconds(5));
        times.completed("b", Duration.ofMillis(2));
        keeper.rest(REST);

        assertThat(state.get(Keeper.KEY).orElseThrow().json()).isEqualTo("{\"agents\":{\"b\":[2]}}");
    }

    @Test
    void generationThatNoLongerServes_isRefused_andGoesOn() {
        Keeper keeper = keeper(times);
        keeper.load();
        state.retire();
        keeper.changed();

        assertThat(keeper.rest(REST)).isEqualTo(REST);
        assertThat(state.keys()).isEmpty();
        assertThat(times.last(5, 5)).isEqualTo(Map.of());
        times.learn(Map.of("a", List.of()));
        assertThat(times.of("a")).isEqualTo(Window.Figures.NONE);
    }
}
