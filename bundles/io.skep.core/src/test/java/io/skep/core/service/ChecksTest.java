// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final AttemptRef REF = new AttemptRef("x", 1, "a");

    private static Refusal refusal(TaskSpec... specs) {
        return catchThrowableOfType(Refusal.class, () -> TaskChecks.check(List.of(specs)));
    }

    private static Set<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i).collect(Collectors.toSet());
    }

    private static RetryPolicy retry(int max, Duration initial, Duration most) {
        return new RetryPolicy(max, initial, most);
    }

    private static Map<String, List<UnaryOperator<TaskSpecBuilder>>> wrong() {
        Map<String, List<UnaryOperator<TaskSpecBuilder>>> wrong = new LinkedHashMap<>();
        wrong.put(
                "name", List.of(b -> b.name(""), b -> b.name("a b"), b -> b.name(".."), b -> b.name("x".repeat(129))));
        wrong.put("skills", List.of(b -> b.skills(names(17)), b -> b.skills("../x")));
        wrong.put("priority", List.of(b -> b.priority(-1), b -> b.priority(10)));
        wrong.put("tenant", List.of(b -> b.tenant(""), b -> b.tenant("x".repeat(65)), b -> b.tenant("ü")));
        wrong.put("dependsOn", List.of(b -> b.dependsOn(List.copyOf(names(257)))));
        wrong.put("idempotencyKey", List.of(b -> b.idempotencyKey(""), b -> b.idempotencyKey("x".repeat(257))));
        wrong.put("reservation", List.of(b -> b.reservation(""), b -> b.reservation("a/b")));
        wrong.put("notBefore", List.of(b -> b.notBefore(Instant.MIN), b -> b.notBefore(Instant.MAX)));
        wrong.put("deadline", List.of(b -> b.deadline(Instant.EPOCH.minusMillis(1)), b -> b.deadline(Instant.MAX)));
        wrong.put(
                "attemptTimeoutMillis",
                List.of(
                        b -> b.attemptTimeout(Duration.ZERO),
                        b -> b.attemptTimeout(Duration.ofDays(31)),
                        b -> b.attemptTimeout(Duration.ofSeconds(Long.MIN_VALUE)),
                        b -> b.attemptTimeout(Duration.ofSeconds(Long.MAX_VALUE))));
        wrong.put("retry.maxAttempts", List.of(b -> b.retry(retry(0, DAY, DAY)), b -> b.retry(retry(101, DAY, DAY))));
        wrong.put("retry.initialDelayMillis", List.of(b -> b.retry(retry(1, DAY.plusMillis(1), DAY))));
        wrong.put("retry.maxDelayMillis", List.of(b -> b.retry(retry(1, DAY, Duration.ofMillis(-1)))));
        return wrong;
    }

    @Test
    void everyValueOutOfItsLimits_isRefusedNamingTheField() {
        wrong().forEach((field, changes) -> changes.forEach(change -> {
            TaskSpec spec = change.apply(TaskSpec.of("x")).build();
            assertThat(refusal(spec)).as("%s", spec).isNotNull();
            assertThat(refusal(spec).field()).contains(field);
            assertThat(refusal(spec).reason()).isEqualTo(Refusal.Reason.INVALID);
            assertThat(refusal(TaskSpec.of("y").build(), spec).field()).contains("[1]." + field);
        }));
        assertThat(refusal(TaskSpec.of("").build()).field()).contains("description");
        assertThat(refusal(TaskSpec.of("x".repeat(16_385)).build()).field()).contains("description");
    }

    @Test
    void inputBeyondItsLimitInBytes_isTooLarge() {
        assertThat(refusal(TaskSpec.of("x").input("x".repeat(262_144)).build())).isNull();
        assertThat(refusal(TaskSpec.of("x").input("ü".repeat(131_072)).build())).isNull();
        Refusal refusal = refusal(TaskSpec.of("x").input("ü".repeat(131_073)).build());

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_LARGE);
        assertThat(refusal.field()).contains("input");
        assertThat(refusal.getMessage()).contains("262144", "262146");
    }

    @Test
    void valuesAtTheirLimits_areTaken() {
        TaskSpec spec = TaskSpec.of("x".repeat(16_384))
                .name("x".repeat(128))
                .skills(names(16))
                .priority(9)
                .tenant("T.-_9".repeat(12))
                .dependsOn(List.copyOf(names(256)))
                .idempotencyKey("ü ".repeat(128))
                .notBefore(Instant.EPOCH)
                .deadline(Instant.parse("9999-12-31T23:59:59Z"))
                .attemptTimeout(Duration.ofDays(30))
                .retry(retry(100, Duration.ZERO, DAY))
                .build();

        assertThat(TaskChecks.check(List.of(spec))).containsExactly(spec);
    }

    @Test
    void times_areKeptInWholeMilliseconds() {
        Instant at = Instant.parse("2026-01-01T00:00:00.123456789Z");
        TaskSpec spec = TaskSpec.of("x")
                .notBefore(at)
                .deadline(at)
                .attemptTimeout(Duration.ofNanos(1_999_999))
                .retry(retry(1, Duration.ofNanos(1), Duration.ofNanos(2_000_001)))
                .build();

        TaskSpec checked = TaskChecks.check(List.of(spec)).get(0);

        assertThat(checked.notBefore()).isEqualTo("2026-01-01T00:00:00.123Z").isEqualTo(checked.deadline());
        assertThat(checked.attemptTimeout()).hasMillis(1).isEqualTo(Duration.ofMillis(1));
        assertThat(checked.retry()).isEqualTo(retry(1, Duration.ZERO, Duration.ofMillis(2)));
    }

    @Test
    void tooFewOrTooManyTasks_andNamesUsedTwice_areRefused() {
        TaskSpec spec = TaskSpec.of("x").name("n").idempotencyKey("k").build();

        assertThat(refusal().field()).contains("tasks");
        assertThat(catchThrowableOfType(
                                Refusal.class,
                                () -> TaskChecks.check(Collections.nCopies(
                                        1001, TaskSpec.of("x").build())))
                        .field())
                .contains("tasks");
        assertThat(refusal(spec, spec).field()).contains("[1].name");
        assertThat(refusal(spec, spec.toBuilder().name("m").build()).field()).contains("[1].idempotencyKey");
        assertThat(refusal(spec, spec.toBuilder().name("m").tenant("t").build()))
                .isNull();
    }

    private static Refusal refusal(
            String id, String name, String description, String version, List<Skill> skills, int slots, Duration lease) {
        return catchThrowableOfType(
                Refusal.class,
                () -> AgentChecks.check(new AgentSpec(id, name, description, version, skills, slots, lease)));
    }

    private static Refusal skillRefusal(Skill... skills) {
        return refusal("a", "a", "", "1", List.of(skills), 1, Duration.ofSeconds(30));
    }

    @Test
    void everyValueOfAnAgentOutOfItsLimits_isRefusedNamingTheField() {
        Duration lease = Duration.ofSeconds(30);
        List<Skill> none = List.of();
        assertThat(refusal("../a", "a", "", "1", none, 1, lease).field()).contains("id");
        assertThat(refusal("a", "", "", "1", none, 1, lease).field()).contains("name");
        assertThat(refusal("a", "a", "x".repeat(4097), "1", none, 1, lease).field())
                .contains("description");
        assertThat(refusal("a", "a", "", "", none, 1, lease).field()).contains("version");
        assertThat(refusal("a", "a", "", "1", none, 0, lease).field()).contains("slots");
        assertThat(refusal("a", "a", "", "1", none, 10_001, lease).field()).contains("slots");
        assertThat(refusal("a", "a", "", "1", none, 1, Duration.ofMillis(999)).field())
                .contains("leaseMillis");
        assertThat(refusal("a", "a", "", "1", none, 1, Duration.ofHours(2)).field())
                .contains("leaseMillis");
        assertThat(refusal("a", "a", "", "1", Collections.nCopies(257, Skill.of("s")), 1, lease)
                        .field())
                .contains("skills");
    }

    @Test
    void everyValueOfASkillOutOfItsLimits_isRefusedNamingTheField() {
        Set<String> tags = Set.of("t");
        assertThat(skillRefusal(Skill.of("s"), Skill.of("s")).field()).contains("skills[1].id");
        assertThat(skillRefusal(Skill.of("s p")).field()).contains("skills[0].id");
        assertThat(skillRefusal(new Skill("s", "", "", tags, List.of())).field())
                .contains("skills[0].name");
        assertThat(skillRefusal(new Skill("s", "s", "x".repeat(4097), tags, List.of()))
                        .field())
                .contains("skills[0].description");
        assertThat(skillRefusal(new Skill("s", "s", "", names(33), List.of())).field())
                .contains("skills[0].tags");
        assertThat(skillRefusal(new Skill("s", "s", "", Set.of(""), List.of())).field())
                .contains("skills[0].tags");
        assertThat(skillRefusal(new Skill("s", "s", "", tags, Collections.nCopies(33, "e")))
                        .field())
                .contains("skills[0].examples");
        assertThat(skillRefusal(new Skill("s", "s", "", tags, List.of("x".repeat(1025))))
                        .field())
                .contains("skills[0].examples");
    }

    @Test
    void wordsOfAgentsOutOfTheirLimits_areRefusedNamingTheField() {
        EngineHarness h = new EngineHarness();
        Map<String, Refusal> refusals = Map.of(
                "progress", h.refusal(h.attempts().heartbeat(REF, "x".repeat(4097))),
                "result",
                        h.refusal(h.attempts()
                                .complete(List.of(new Completion(REF, "x".repeat(262_145))))
                                .get(0)),
                "error", h.refusal(h.attempts().fail(REF, AttemptEnd.FAILED, "", true)),
                "end", h.refusal(h.attempts().fail(REF, AttemptEnd.CANCELED, "x", true)),
                "prompt", h.refusal(h.attempts().requireInput(REF, "")),
                "answer", h.refusal(h.tasks().answer("x", "x".repeat(262_145))),
                "reason", h.refusal(h.tasks().cancel("x", "")));

        refusals.forEach((field, refusal) -> assertThat(refusal.field()).contains(field));
        assertThat(h.refusal(h.attempts().fail(REF, AttemptEnd.COMPLETED, "x", true))
                        .field())
                .contains("end");
    }

    @Test
    void agentsLease_isKeptInWholeMilliseconds() {
        AgentSpec spec = new AgentSpec("a", "a", "", "1", List.of(), 1, Duration.ofNanos(1_500_000_001));

        assertThat(AgentChecks.check(spec).lease()).isEqualTo(Duration.ofMillis(1500));
    }
}
