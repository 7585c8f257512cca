// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.audit.AuditException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivacyTest {
    private static final Actor ANN = Actor.person("ann@example.com");

    @TempDir
    Path home;

    private Logs logs;

    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
    }

    private static AuditEvent login(Actor who) {
        return AuditEvent.of(Category.AUTHENTICATION, who, "login", new Target("session", "s1"), Outcome.SUCCESS)
                .from("203.0.113.9")
                .personal("name", "Ann Example")
                .fact("tenant", "blue");
    }

    private boolean anyFileHas(String text) throws IOException {
        for (Path file : Logs.files(home)) {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (content.contains(text)
                    || content.contains(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void personalFacts_areReadableWithTheKey_andNotInTheLog() throws IOException {
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(login(ANN)));
            Logs.await(log.append(login(ANN)));
            String pseudonym = log.pseudonym(ANN.id());
            Page page = log.query(new Query(null, null, pseudonym, null, null, null, null), 0, 10);
            assertThat(page.events()).hasSize(2);
            AuditRecord event = page.events().get(1);
            assertThat(event.actor()).isEqualTo(pseudonym).startsWith("person-");
            assertThat(event.facts()).isEqualTo(Map.of("tenant", "blue"));
            assertThat(event.personal(logs.subjects))
                    .isEqualTo(Map.of("name", "Ann Example", "address", "203.0.113.9"));
            assertThat(log.pseudonym("bob")).isNull();
        }
        String segment = Files.readString(logs.segment(1));
        assertThat(segment)
                .doesNotContain("ann@example", "Ann Example", "203.0.113.9")
                .contains("\"name\":\"encrypted\"");
        assertThat(new SubjectKeys(logs.keys, 10).find(ANN.id()).pseudonym())
                .isEqualTo(logs.subjects.find(ANN.id()).pseudonym());
    }

    @Test
    void erasure_leavesNothingOfThePerson_andTheChainIntact() throws IOException {
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(login(ANN)));
            Logs.await(log.append(login(Actor.person("bob"))));
            String pseudonym = log.pseudonym(ANN.id());
            assertThat(anyFileHas("ann@example.com")).isTrue();
            assertThat(Logs.await(log.erase(ANN.id(), Actor.service("privacy"))))
                    .isTrue();
            assertThat(Logs.await(log.erase(ANN.id(), Actor.service("privacy"))))
                    .isFalse();
            assertThat(log.pseudonym(ANN.id())).isNull();
            List<AuditRecord> events = log.query(Query.ALL, 0, 10).events();
            assertThat(events).hasSize(3);
            assertThat(events.get(0).personal(logs.subjects)).isEmpty();
            assertThat(events.get(1).personal(logs.subjects)).containsEntry("name", "Ann Example");
            assertThat(events.get(2).action()).isEqualTo("erase");
            assertThat(events.get(2).object()).isEqualTo(pseudonym);
        }
        assertThat(anyFileHas("ann@example.com")).isFalse();
        assertThat(anyFileHas("203.0.113.9")).isFalse();
        assertThat(logs.verify().problem()).isNull();
        assertThat(new SubjectKeys(logs.keys, 10).find(ANN.id())).isNull();
        assertThat(new SubjectKeys(logs.keys, 10).find("bob")).isNotNull();
    }

    @Test
    void personWhoComesBackAfterErasure_isSomebodyNew() throws IOException {
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(login(ANN)));
            String before = log.pseudonym(ANN.id());
            Logs.await(log.erase(ANN.id(), Actor.SYSTEM));
            Logs.await(log.append(login(ANN)));
            assertThat(log.pseudonym(ANN.id())).isNotNull().isNotEqualTo(before);
        }
    }

    @Test
    void personAsTarget_isPseudonymousToo() throws IOException {
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(AuditEvent.of(
                            Category.USER_ACCESS,
                            Actor.service("idp"),
                            "grant",
                            new Target(Target.PERSON, "carl"),
                            Outcome.SUCCESS)
                    .from("192.0.2.1")
                    .personal("mail", "carl@example.com")));
            Logs.await(log.append(AuditEvent.of(
                    Category.USER_ACCESS,
                    Actor.service("idp"),
                    "list",
                    new Target(Target.PERSON, ""),
                    Outcome.SUCCESS)));
            AuditRecord event = log.query(Query.ALL, 0, 1).events().get(0);
            assertThat(event.object()).isEqualTo(log.pseudonym("carl"));
            assertThat(event.personal(logs.subjects)).isEqualTo(Map.of("mail", "carl@example.com"));
            assertThat(event.json()).contains("192.0.2.1").doesNotContain("carl");
            assertThat(log.query(Query.ALL, 1, 1).events().get(0).object()).isEmpty();
            Page byPerson =
                    log.query(new Query(null, null, null, null, Target.PERSON, log.pseudonym("carl"), null), 0, 10);
            assertThat(byPerson.events()).hasSize(1);
        }
    }

    @Test
    void personWithPersonalTarget_keepsTheFactsOfTheActor() throws IOException {
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(AuditEvent.of(
                            Category.USER_ACCESS, ANN, "grant", new Target(Target.PERSON, "carl"), Outcome.SUCCESS)
                    .personal("name", "Ann")));
            Logs.await(log.erase("carl", Actor.SYSTEM));
            AuditRecord event = log.query(Query.ALL, 0, 1).events().get(0);
            assertThat(event.personal(logs.subjects)).isEqualTo(Map.of("name", "Ann"));
        }
    }

    @Test
    void ciphertext_isBoundToItsEventAndName() throws IOException {
        SubjectKey key = logs.subjects.get("ann");
        String sealed = key.encrypt("Ann", "e1 name");
        assertThat(key.decrypt(sealed, "e1 name")).isEqualTo("Ann");
        assertThat(key.decrypt(sealed, "e2 name")).isNull();
        assertThat(key.decrypt(sealed, "e1 mail")).isNull();
        assertThat(logs.subjects.get("bob").decrypt(sealed, "e1 name")).isNull();
        assertThat(key.encrypt("Ann", "e1 name")).isNotEqualTo(sealed);
        byte[] bytes = Base64.getDecoder().decode(sealed);
        assertThat(bytes).hasSize(12 + 3 + 16);
        for (String wrong : List.of("", "!", "AAAA", sealed.substring(4))) {
            assertThat(key.decrypt(wrong, "e1 name")).isNull();
        }
    }

    @Test
    void tooManyPersons_areRefused_andKnownOnesAreNot() throws IOException {
        logs.subjects = new SubjectKeys(logs.keys, 1);
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(login(ANN)));
            assertThatThrownBy(() -> Logs.await(log.append(login(Actor.person("bob")))))
                    .isInstanceOfSatisfying(
                            AuditException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.FAILED))
                    .hasRootCauseMessage("there are keys of 1 persons, which is the limit");
            assertThat(Logs.await(log.append(login(ANN))).seq()).isEqualTo(2);
            assertThat(log.stopped()).isEmpty();
        }
    }

    @Test
    void keyFile_survivesAKillWhileALineIsWritten_andNoOtherDamage() throws IOException {
        logs.subjects.get("ann");
        String whole = Files.readString(logs.keys);
        Files.writeString(logs.keys, "Ym9i person-", StandardOpenOption.APPEND);
        SubjectKeys keys = new SubjectKeys(logs.keys, 10);
        assertThat(keys.find("ann")).isNotNull();
        assertThat(Files.readString(logs.keys)).isEqualTo(whole);
        keys.get("bob");
        assertThat(new SubjectKeys(logs.keys, 10).find("bob")).isNotNull();
        for (String wrong : List.of("x\n", "a b c\n", "YQ== person-1 AAAA\n", "! person-1 " + "A".repeat(43) + "=\n")) {
            Files.writeString(logs.keys, wrong);
            assertThatThrownBy(() -> new SubjectKeys(logs.keys, 10))
                    .as(wrong)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is damaged");
        }
    }

    @Test
    void eraseOfNobody_changesNothing() throws IOException {
        logs.subjects.get("ann");
        String before = Files.readString(logs.keys);
        assertThat(logs.subjects.erase("bob")).isFalse();
        assertThat(Files.readString(logs.keys)).isEqualTo(before);
        SubjectKey key = logs.subjects.find("ann");
        assertThat(logs.subjects.ofPseudonym(key.pseudonym())).isSameAs(key);
        assertThat(logs.subjects.erase("ann")).isTrue();
        assertThat(logs.subjects.ofPseudonym(key.pseudonym())).isNull();
        assertThat(Files.readString(logs.keys)).isEmpty();
    }

    @Test
    void keyFile_isItsOwnersAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(logs.keys)).hasSize(2);
    }
}
