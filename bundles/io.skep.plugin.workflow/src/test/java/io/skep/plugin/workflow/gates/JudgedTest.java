// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static io.skep.plugin.workflow.RealCore.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.base.Settings;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JudgedTest {
    private final InMemoryPluginState state = new InMemoryPluginState();
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private boolean trial;
    private Judged judged = judged(2);

    private Judged judged(int most) {
        PluginState tried = (PluginState) Proxy.newProxyInstance(
                PluginState.class.getClassLoader(),
                new Class<?>[] {PluginState.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isTrial" -> trial;
                    case "isServing" -> !trial;
                    default -> method.invoke(state, arguments);
                });
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis.incrementAndGet());
            }
        };
        Settings settings = Settings.DEFAULT.withResults(new Settings.Results(1024, most));
        return new Judged(tried, new Codec(), clock, () -> settings);
    }

    private Difference remember(String task, long token, String text) {
        return get(judged.remember(task, token, Subject.of(TextNode.valueOf(text), text)));
    }

    @Test
    void aResult_isComparedWithTheOneBefore_howeverOftenItIsAskedFor() {
        assertThat(remember("t", 1, "a")).isNull();
        assertThat(remember("t", 1, "a")).isNull();
        assertThat(remember("t", 2, "b").changes()).hasSize(1);
        judged = judged(2);
        assertThat(remember("t", 2, "b").changes()).as("after a restart").hasSize(1);
        assertThat(remember("t", 3, "b").note()).contains("the same");
        assertThat(state.documents()).hasSize(1);
    }

    @Test
    void theOldest_go_andWhatPassed() {
        remember("a", 1, "1");
        remember("b", 1, "1");
        remember("a", 2, "2");
        remember("c", 1, "1");
        assertThat(remember("a", 3, "3")).as("it was the newer one").isNotNull();
        assertThat(remember("b", 2, "2")).as("it was forgotten").isNull();
        assertThat(state.documents()).hasSize(2);
        judged.forget("b");
        assertThat(remember("b", 3, "3")).isNull();
    }

    @Test
    void whatIsTooLong_isOnlyKnownToBeAnother() {
        String large = "\u0001".repeat(Judged.MOST_TEXT);
        assertThat(remember("t", 1, large)).isNull();
        assertThat(remember("t", 2, large.replace('\u0001', '\u0002')).note()).contains("too long");
        assertThat(remember("t", 3, large + "x").note()).contains("too long");
        assertThat(remember("t", 4, large + "x").note()).contains("the same");
    }

    @Test
    void onTrial_itIsKeptWhenThatIsOver() {
        Map<String, PluginState.Document> before = state.documents();
        trial = true;
        remember("t", 1, "a");
        remember("u", 1, "a");
        remember("v", 1, "a");
        judged.settle();
        state.become(before);
        trial = false;
        judged.settle();
        assertThat(state.documents()).as("the newest two").hasSize(2);
        assertThat(remember("v", 2, "b")).isNotNull();
        assertThat(remember("t", 2, "b")).isNull();
    }

    @Test
    void whatCannotBeReadOrKept_isNoReasonNotToJudge() {
        get(state.put("judged.0000000000001.t", new PluginState.Document(Judged.SCHEMA, "[")));
        get(state.put("judged.0000000000001.u", new PluginState.Document(Judged.SCHEMA + 1, "{}")));
        assertThat(remember("t", 1, "a")).isNull();
        assertThat(remember("u", 1, "a")).isNull();
        state.retire();
        assertThat(remember("t", 2, "b")).isNull();
    }
}
