// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreShellTest {
    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);

    @AfterEach
    void close() {
        console.close();
    }

    @Test
    void job_isFollowedStepByStep_toItsEnd() throws Exception {
        console.user("ada");
        assertThat(console.run("store:backup monday")).isEqualTo("log ...\nchecksums ...\nit is done\n");
        assertThat(console.run("store:compact")).endsWith("it is done\n");
        assertThat(console.run("store:rebuild")).endsWith("it is done\n");
        assertThat(console.run("store:export move")).endsWith("it is done\n");
        assertThat(console.run("store:import /srv/move")).endsWith("it is done\n");
        assertThat(skep.store.asked)
                .containsExactly(
                        "backup monday ada (shell)",
                        "compact null ada (shell)",
                        "rebuild null ada (shell)",
                        "export move ada (shell)",
                        "import /srv/move ada (shell)");
    }

    @Test
    void jobThatFails_orIsRefused_isOneLine() throws Exception {
        skep.store.error = "there is no\nspace";
        assertThatThrownBy(() -> console.run("store:backup")).hasMessage("there is no space");
        assertThat(console.run("store:compact --no-wait")).isEqualTo("s1\n");
        assertThatThrownBy(() -> console.run("store:rebuild")).hasMessage("job s1 is under way");
    }

    @Test
    void status_showsFilesAndJobs() throws Exception {
        assertThat(console.run("store:status")).isEqualTo("""
                        directory: /s/store
                        backups: /s/backups
                        free on the disk: 5120.0 MiB
                        log.db: 3.0 MiB, of it free 0.5 MiB, write-ahead log 1.0 MiB
                        """);
        console.run("store:backup --no-wait");
        assertThat(console.run("store:status"))
                .contains("s1: backup of shell since ")
                .contains(": log 1\n");
        skep.store.awaitEnd("s1", null);
        assertThat(console.run("store:status")).contains(": checksums 2 of 4\n");
        skep.store.error = "no space";
        skep.store.awaitEnd("s1", null);
        assertThat(console.run("store:status")).contains(": failed: no space\n");
    }
}
