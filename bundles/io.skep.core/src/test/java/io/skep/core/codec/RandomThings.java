// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import io.skep.api.LocalProgram;
import io.skep.api.admin.PluginDetail;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Skill;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Budget;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.PluginRecord;
import io.skep.core.state.StateDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Tasks and agents with every kind of value in every place, sense aside. */
final class RandomThings {
    private static final String[] PIECES = {
        "", "a", "ß", "\u0000", "\"", "\\", "\n\r\t", "\u2028", "\uFFFD", "\uD83D\uDE00", "\uD800", "日本", "{}", "/"
    };

    private final Random random;

    RandomThings(long seed) {
        random = new Random(seed);
    }

    Task task() {
        return task(text());
    }

    Task task(String input) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            attempts.add(new Attempt(
                    random.nextLong(),
                    text(),
                    instant(),
                    maybe(this::instant),
                    maybe(this::instant),
                    maybe(() -> one(AttemptEnd.values())),
                    maybe(this::text),
                    maybe(() -> new LocalProgram(random.nextInt(), instant().plusNanos(random.nextInt(1_000_000)))),
                    usage()));
        }
        return new Task(
                text(),
                spec(input),
                one(TaskState.values()),
                text(),
                instant(),
                instant(),
                new HashSet<>(texts()),
                maybe(this::instant),
                attempts,
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::instant),
                random.nextInt(3),
                maybe(this::spent),
                maybe(this::selection),
                maybe(this::review));
    }

    private Review review() {
        return new Review(
                random.nextBoolean(),
                random.nextBoolean() ? Map.of() : Map.of("a" + random.nextInt(9), text()),
                random.nextInt(3),
                texts());
    }

    private Selection selection() {
        boolean held = random.nextBoolean();
        return new Selection(
                held ? null : maybe(this::text),
                held,
                maybe(this::text),
                List.of(new Selection.Choice(text(), random.nextInt(100) / 100.0)),
                List.of(text()),
                instant());
    }

    private TreeUsage spent() {
        return new TreeUsage(random.nextInt(9), random.nextInt(9), usage(), maybe(this::instant));
    }

    private Usage usage() {
        return new Usage(random.nextInt(3), random.nextLong(1L << 40));
    }

    private Budget budget() {
        return new Budget(
                maybe(() -> random.nextInt(9)),
                maybe(this::millis),
                maybe(() -> random.nextLong(1L << 40)),
                maybe(() -> random.nextLong(1L << 40)),
                maybe(() -> random.nextInt(9)),
                maybe(() -> random.nextInt(9)));
    }

    TaskSpec spec(String input) {
        return TaskSpec.of(text())
                .name(maybe(this::text))
                .input(random.nextInt(5) == 0 ? null : input)
                .skills(new HashSet<>(texts()))
                .priority(random.nextInt(10))
                .budget(maybe(this::budget))
                .tenant(random.nextBoolean() ? TaskSpec.DEFAULT_TENANT : text())
                .parent(maybe(this::text))
                .dependsOn(texts())
                .onDependencyFailure(one(TaskSpec.DependencyFailure.values()))
                .notBefore(maybe(this::instant))
                .deadline(maybe(this::instant))
                .attemptTimeout(maybe(this::millis))
                .retry(
                        random.nextBoolean()
                                ? RetryPolicy.DEFAULT
                                : new RetryPolicy(random.nextInt(), millis(), millis()))
                .idempotencyKey(maybe(this::text))
                .reservation(maybe(this::text))
                .traceparent(maybe(this::text))
                .build();
    }

    AgentRecord agent() {
        List<Skill> skills = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            skills.add(new Skill(text(), text(), text(), new HashSet<>(texts()), texts()));
        }
        AgentSpec spec = new AgentSpec(text(), text(), text(), text(), skills, random.nextInt(), millis());
        return new AgentRecord(
                spec,
                random.nextBoolean(),
                one(AgentState.values()),
                text(),
                instant(),
                instant(),
                text(),
                random.nextBoolean() ? List.of() : List.of(new AgentRecord.Former(text(), text(), instant())));
    }

    PluginRecord plugin() {
        List<PluginDetail.Entry> history = new ArrayList<>();
        List<PluginRecord.Build> previous = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            history.add(new PluginDetail.Entry(instant(), text(), text(), text()));
            previous.add(build());
        }
        return new PluginRecord(text(), maybe(this::build), previous, texts(), history, text());
    }

    private PluginRecord.Build build() {
        return new PluginRecord.Build(text(), text(), text());
    }

    StateDocument document() {
        return new StateDocument(
                text(),
                text(),
                maybe(() -> new PluginState.Document(1 + random.nextInt(Integer.MAX_VALUE - 1), text())));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    private List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            texts.add(text());
        }
        return texts;
    }

    private Instant instant() {
        return Instant.ofEpochMilli(random.nextLong(253_402_300_799_000L));
    }

    private Duration millis() {
        return Duration.ofMillis(random.nextInt(Integer.MAX_VALUE));
    }

    private <T> T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    @SafeVarargs
    private <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }
}
