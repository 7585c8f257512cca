// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static io.skep.core.EngineHarness.agent;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.task.Task;
import io.skep.core.EngineHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
    @TempDir
    private Path directory;

    private final EngineHarness h = new EngineHarness();
    private Tokens tokens;

    @BeforeEach
    void make() throws IOException {
        tokens = new Tokens(h.engine(), directory, new Secrets());
    }

    private String register(String id, boolean replace) {
        return h.get(h.agents().register(agent(id, 1), replace)).secret();
    }

    private static Caller caller(String id, Instant replacedAt) {
        return new Caller(Principal.agent(id, "administrator"), replacedAt, null);
    }

    @Test
    void administratorsToken_isMadeOnce_forItsOwnerAlone() throws IOException {
        Path file = tokens.administratorTokenFile();
        String token = Files.readString(file).strip();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
        assertThat(token).hasSize(43);
        assertThat(tokens.authenticate(token)).contains(Caller.ADMINISTRATOR);

        Tokens again = new Tokens(h.engine(), directory, new Secrets());

        assertThat(again.authenticate(token)).contains(Caller.ADMINISTRATOR);
        assertThat(new Tokens(h.engine(), Files.createDirectory(directory.resolve("other")), new Secrets())
                        .authenticate(token))
                .isEmpty();
    }

    @Test
    void leftoverOfAnInterruptedStart_isReplaced(@TempDir Path fresh) throws IOException {
        Files.writeString(fresh.resolve("admin.token.part"), "half");

        Path file = new Tokens(h.engine(), fresh, new Secrets()).administratorTokenFile();

        assertThat(Files.readString(file)).isNotEqualTo("half");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void wrongTokens_areNobodys() {
        register("a", false);
        for (String wrong : List.of("", " ", "x", "x".repeat(43), "x".repeat(100_000), "\u0000ü")) {
            assertThat(tokens.authenticate(wrong)).isEmpty();
        }
    }

    @Test
    void replacedVersion_comesInAsLongAsItHoldsAnAttempt() {
        String first = register("a", false);
        h.submit("x");
        Task held = h.claimOne("a");
        h.advance(1);
        Instant replacedAt = h.clock().instant();

        String second = register("a", true);

        assertThat(tokens.authenticate(first)).contains(caller("a", replacedAt));
        assertThat(tokens.authenticate(second)).contains(caller("a", null));
        h.complete(held, "1");
        assertThat(tokens.authenticate(second)).contains(caller("a", null));
        assertThat(tokens.authenticate(first)).isEmpty();
        assertThat(h.agents().find("a").orElseThrow().drainingVersions()).isEmpty();
    }

    @Test
    void agentsToken_isItsOwn_untilReplacedOrRemoved() {
        String first = register("a", false);
        String other = register("b", false);
        assertThat(tokens.authenticate(first)).contains(caller("a", null));
        assertThat(tokens.authenticate(other)).contains(caller("b", null));

        String second = register("a", true);
        assertThat(tokens.authenticate(first)).isEmpty();
        assertThat(tokens.authenticate(second)).contains(caller("a", null));

        h.get(h.agents().remove("a", null));
        assertThat(tokens.authenticate(second)).isEmpty();
        assertThat(tokens.authenticate(other)).contains(caller("b", null));
    }

    @Test
    void agentsToken_isGoodAfterARestart_andStoredAsAHashOnly() throws IOException {
        String token = register("a", false);
        h.restart();
        Tokens again = new Tokens(h.engine(), directory, new Secrets());

        assertThat(again.authenticate(token)).contains(caller("a", null));
        String hash = h.engine().agents().find("a").record().secretHash();
        assertThat(hash).hasSize(64).isEqualTo(Secrets.hash(token)).doesNotContain(token);
    }

    @Test
    void goodToken_isGoodWhileOthersTryWrongOnes() throws Exception {
        List<String> good = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            good.add(register("a" + i, false));
        }
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            boolean wrong = t % 2 == 0;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 2000; i++) {
                    String token = wrong ? "wrong" + i : good.get(i % good.size());
                    assertThat(tokens.authenticate(token).isPresent()).isEqualTo(!wrong);
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(30, TimeUnit.SECONDS);
        }
    }
}
