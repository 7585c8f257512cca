// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.bench.inprocess.Ask;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AsksTest {
    private static final Ask FIRST = new Ask("a", "one", "o", "{}");
    private static final Ask SECOND = new Ask("b", "two", "o", "{}");
    private static final Ask THIRD = new Ask("b", "three", "o", "{}");

    @Test
    void plugins_areCalledEquallyOften() {
        TreeMap<String, List<Ask>> byPlugin = new TreeMap<>();
        byPlugin.put("a", List.of(FIRST));
        byPlugin.put("b", List.of(SECOND, THIRD));

        assertThat(Asks.interleaved(byPlugin)).containsExactly(FIRST, SECOND, FIRST, THIRD);
    }

    @Test
    void answer_mustComeFromWhoWasAsked_andNameItsOwnVersion() {
        assertThat(FIRST.problem("{\"version\":\"1.0.1\"}", "a", "1.0.1")).isNull();
        assertThat(FIRST.problem("{}", "a", "1.0.1")).isNull();
        assertThat(FIRST.problem("{\"version\":\"1.0.0\"}", "a", "1.0.1")).contains("answers as 1.0.0");
        assertThat(FIRST.problem("{}", "b", "1.0.1")).contains("instead of a");
        assertThat(FIRST.problem("{", "a", "1.0.1")).contains("no JSON");
    }

    @Test
    void drain_endsBeforeTheOldBundleIsStopped() throws Exception {
        assertThat(Swapper.drainedAt(new ObjectMapper().readTree("""
                        {"begunAt": "1970-01-01T00:00:10Z", "phases": [
                          {"phase": "check", "tookMillis": 5}, {"phase": "drain", "tookMillis": 20},
                          {"phase": "stop", "tookMillis": 100}]}
                        """))).isEqualTo(10_025);
    }
}
