// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class JcmdTest {
    private static final String HISTOGRAM = """
            4711:
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         12345        1234567  [B (java.base@17.0.15)
               2:            52           3744  org.example.Wiring$Loader
               3:             3            240  org.example.Wiring$LoaderOther
            Total         12400        1238551
            """;

    @Test
    void histogram_tellsLiveBytesAndInstances() throws IOException {
        assertThat(Jcmd.liveBytes(HISTOGRAM)).isEqualTo(1_238_551);
        assertThat(Jcmd.instances(HISTOGRAM, "org.example.Wiring$Loader")).isEqualTo(52);
        assertThat(Jcmd.instances(HISTOGRAM, "[B")).isEqualTo(12_345);
        assertThat(Jcmd.instances(HISTOGRAM, "org.example.None")).isZero();
    }

    @Test
    void heapInfo_tellsMetaspace() throws IOException {
        assertThat(Jcmd.metaspaceBytes(" Metaspace       used 51223K, committed 51904K, reserved 1114112K"))
                .isEqualTo(51_223L * 1024);
    }

    @Test
    void treeOfLoaders_tellsHowManyHaveAClass() {
        String tree = """
                +-- <bootstrap>
                      |
                      |                 Classes: org.example.Plugin$Inner
                      +-- Loader
                            |
                            |                 Classes: org.example.Plugin
                            |                          org.example.Plugin$Inner
                            +-- Loader
                                              Classes: java.lang.Object
                                                       org.example.Plugin
                """;
        assertThat(Jcmd.loaders(tree, "org.example.Plugin")).isEqualTo(2);
        assertThat(Jcmd.loaders(tree, "example.Plugin")).isZero();
    }

    @Test
    void threadDump_tellsNames() {
        assertThat(
                        Jcmd.threads(
                                "\"b \" #12 prio=5\n   java.lang.Thread.State: RUNNABLE\n\"a\" #1 daemon\n\"VM Thread\" os_prio=0"))
                .containsExactly("a", "b ");
    }
}
