// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SleepShellTest {
    private final Console console = new Console(new FakeSkep());

    @AfterEach
    void close() {
        console.close();
    }

    @Test
    void agent_sleepsAndWakes_andTheCommandsSayHowFarItIs() throws Exception {
        console.run("agent:register w1");
        assertThat(console.run("agent:sleep --reason idle w1")).isEqualTo("w1 preparing: idle\n");
        assertThat(console.run("agent:wake --reason needed w1")).isEqualTo("w1 waking: needed\n");
    }
}
