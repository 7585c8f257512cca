// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as the README has it, on a repository of one commit; its processes are counted here once more. */
class DemoIT {
    @TempDir
    Path directory;

    private final AtomicInteger most = new AtomicInteger();
    private final AtomicBoolean isOver = new AtomicBoolean();

    @Test
    void once_onATinyRepository_everythingEndsAsExpected() throws Exception {
        TestRepo repo = TestRepo.in(directory.resolve("repo"))
                .write("a b.md", "hello\n")
                .commit("Ann");
        Path home = Path.of(System.getProperty("skep.instances"), "demo");
        String[] words = {
            "--once",
            "--repo",
            repo.top().toString(),
            "--home",
            home.toString(),
            "--out",
            directory.resolve("report.md").toString(),
            "--json",
            directory.resolve("summary.json").toString()
        };
        assertThat(Burst.programs()).as("before").isZero();
        CompletableFuture<Boolean> counter = CompletableFuture.supplyAsync(this::count);
        try {
            assertThat(Demo.run(words)).isZero();
        } finally {
            isOver.set(true);
            assertThat(counter.get()).isTrue();
        }
        assertThat(directory.resolve("report.md")).isNotEmptyFile();
        JsonNode encoder = new ObjectMapper()
                .readTree(directory.resolve("summary.json").toFile())
                .path("encoderUpdate");
        assertThat(encoder.path("byMeaning").asInt()).isPositive();
        assertThat(encoder.path("failed").asInt()).isZero();
        assertThat(most.get()).as("programs of the burst at once").isBetween(9, 40);
        assertThat(Burst.programs()).as("after").isZero();
        assertThat(Sleepers.programs()).as("after").isZero();
    }

    private boolean count() {
        try {
            return Poll.until(
                    () -> {
                        most.accumulateAndGet(Burst.programs(), Math::max);
                        return isOver.get();
                    },
                    Duration.ofMinutes(10),
                    Duration.ofMillis(100));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
