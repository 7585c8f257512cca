// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The demo of sleep as docs/sleep.md has it; its processes are counted here once more. */
class SleepDemoIT {
    @Test
    void agentsWithoutWork_sleep_andTheRightOneWakes() throws Exception {
        Path home = Path.of(System.getProperty("skep.instances"), "demo-sleep");
        assertThat(SleepDemo.programs()).as("before").isZero();

        assertThat(Demo.run(new String[] {"--sleep", "--once", "--home", home.toString()}))
                .isZero();

        assertThat(SleepDemo.programs()).as("after").isZero();
    }
}
