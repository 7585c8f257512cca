// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.base.Reach;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operations of {@code slash_commands}. Thread-safe. */
public final class SlashCommands {
    private static final int MAX_TEXT = 32_768;
    private static final int MAX_ARGS = 1000;
    private static final int MAX_COMPLETIONS = 100;

    private final Catalogue catalogue;
    private final Prompts prompts;
    private final Codec codec;

    /**
     * What is to be done.
     *
     * @param text the line, for instance {@code /analyze --depth=high}; or null, and {@code command} and {@code args} say it
     * @param command a name
     * @param args the words after it, as they stand, without quoting
     * @param idempotencyKey for a prompt: the same key never makes a second task
     */
    public record Execute(
            @Nullable String text,
            @Nullable String command,
            @Nullable List<String> args,
            @Nullable String idempotencyKey) {
        /** Checks what is there. */
        public Execute {
            Inputs.text("text", text, MAX_TEXT);
            Inputs.text("command", command, MAX_TEXT);
            Inputs.text("idempotencyKey", idempotencyKey, 256);
            args = Inputs.list("args", args, MAX_ARGS);
            if ((text == null) == (command == null)) {
                throw new Declination("either field \"text\" or field \"command\" must be there");
            } else if (text != null && !args.isEmpty()) {
                throw new Declination("field \"args\" goes with field \"command\"");
            }
        }

        Line line() {
            return text != null
                    ? Line.of(text)
                    : new Line(
                            Line.name(Inputs.required("command", command)),
                            Inputs.required("args", args).stream()
                                    .map(word -> new Words.Word(word, true))
                                    .toList());
        }
    }

    /**
     * What it came to.
     *
     * @param text for people
     * @param data the same for programs
     * @param task the task that was submitted, or null
     */
    public record Executed(
            String command,
            String source,
            String text,
            Object data,
            @Nullable String task) {}

    /** Which commands: those that begin with that, or all. */
    public record Listed(@Nullable String prefix) {
        /** Checks what is there. */
        public Listed {
            Inputs.text("prefix", prefix, MAX_TEXT);
        }
    }

    /** A command. */
    public record Command(String command, String description, String usage, String source, boolean becomesTask) {
        static Command of(Entry entry) {
            return new Command(
                    "/" + entry.name(), entry.description(), entry.usage(), entry.source(), entry.prompt() != null);
        }
    }

    /** A file that is no command. */
    public record BadFile(String source, String file, String reason) {}

    /** The commands, and the files that are none. */
    public record Listing(List<Command> commands, List<BadFile> badFiles) {}

    /** The beginning of a line. */
    public record Complete(@Nullable String text) {
        /** Checks what is there. */
        public Complete {
            if (text != null && text.length() > MAX_TEXT) {
                throw new Declination("field \"text\" must have at most " + MAX_TEXT + " characters");
            }
        }
    }

    /** What the last word can become. */
    public record Completions(List<String> completions) {}

    /** A line, or just a command. */
    public record Explain(@Nullable String text) {
        /** Checks what is there. */
        public Explain {
            Inputs.text("text", text, MAX_TEXT);
        }
    }

    /**
     * What a line would do.
     *
     * @param flags as front matter writes them
     * @param prompt the description of the task that the line would become, or null
     * @param skills of that task, or null
     */
    public record Explained(
            Command command,
            List<String> flags,
            @Nullable String prompt,
            @Nullable List<String> skills) {}

    /** Over an orchestrator. */
    public SlashCommands(
            Orchestrator orchestrator,
            Admin admin,
            Supplier<Settings> settings,
            Workers workers,
            Codec codec,
            Clock clock) {
        this.codec = codec;
        this.prompts = new Prompts(orchestrator.tasks(), codec, clock);
        List<Entry> builtins = new ArrayList<>(Shipped.all());
        builtins.add(new AgentCommands(orchestrator.agents()).entry());
        TaskCommands tasks = new TaskCommands(orchestrator.tasks());
        CapabilityCommands capabilities = new CapabilityCommands(orchestrator, codec);
        builtins.addAll(tasks.entries());
        builtins.add(new WorkflowCommands(tasks, capabilities, codec).entry());
        builtins.addAll(new ServerCommands(orchestrator, admin).entries());
        builtins.addAll(capabilities.entries());
        builtins.add(Entry.of("help", "Lists commands, or explains one", "[COMMAND]", List.of(), this::help));
        this.catalogue = new Catalogue(builtins, settings, workers);
    }

    /** The operation that a call means, or null if there is none of that name. */
    public @Nullable CompletionStage<?> answer(String operation, IntegrationRequest request) {
        String data = request.data();
        return switch (operation) {
            case "execute" -> execute(codec.read(data, Execute.class), caller(request));
            case "list" -> list(codec.read(data, Listed.class));
            case "complete" -> complete(codec.read(data, Complete.class));
            case "explain" -> explain(codec.read(data, Explain.class));
            default -> null;
        };
    }

    private static Caller caller(IntegrationRequest request) {
        Reach reach = Reach.of(request);
        return new Caller(request.agent(), reach.tenantOf(request), reach, request.caller());
    }

    private CompletionStage<Executed> execute(Execute asked, Caller caller) {
        Line line = asked.line();
        return catalogue.now().thenCompose(listing -> {
            Entry entry = listing.get(line.name());
            Arguments arguments = Arguments.of(line.words(), entry.flags());
            return run(entry, arguments, caller, asked.idempotencyKey())
                    .thenApply(said ->
                            new Executed("/" + entry.name(), entry.source(), said.text(), tree(said), said.task()));
        });
    }

    private CompletionStage<Said> run(
            Entry entry, Arguments arguments, Caller caller, @Nullable String idempotencyKey) {
        Builtin builtin = entry.builtin();
        if (builtin != null) {
            Confined.check(entry.name(), arguments, caller.reach());
            return builtin.run(arguments, caller);
        }
        return prompts.submit(entry, prompt(entry), arguments, caller, idempotencyKey);
    }

    private JsonNode tree(Said said) {
        return codec.treeOf(said.data());
    }

    private static Prompt prompt(Entry entry) {
        return Objects.requireNonNull(entry.prompt());
    }

    private CompletionStage<Listing> list(Listed asked) {
        String prefix = asked.prefix() == null ? "" : asked.prefix().replaceFirst("^/", "");
        return catalogue
                .now()
                .thenApply(all -> new Listing(
                        all.commands().values().stream()
                                .filter(entry -> entry.name().startsWith(prefix))
                                .map(Command::of)
                                .toList(),
                        all.bad().stream()
                                .map(bad -> new BadFile(bad.source(), bad.file(), bad.reason()))
                                .toList()));
    }

    private CompletionStage<Explained> explain(Explain asked) {
        String text = Inputs.required("text", asked.text());
        Line line = Line.of(text.startsWith("/") ? text : "/" + text);
        return catalogue.now().thenApply(all -> {
            Entry entry = all.get(line.name());
            if (entry.prompt() == null || (line.words().isEmpty() && requires(entry))) {
                return new Explained(Command.of(entry), entry.describedFlags(), null, null);
            }
            Arguments arguments = Arguments.of(line.words(), entry.flags());
            TaskSpec spec =
                    prompts.spec(entry, prompt(entry), arguments, Caller.NOBODY).build();
            return new Explained(
                    Command.of(entry),
                    entry.describedFlags(),
                    spec.description(),
                    spec.skills().stream().sorted().toList());
        });
    }

    private static boolean requires(Entry entry) {
        return entry.flags() != null && entry.flags().stream().anyMatch(Flag::required);
    }

    private CompletionStage<Said> help(Arguments arguments, Caller caller) {
        if (arguments.words().isEmpty()) {
            return list(new Listed(null)).thenApply(listing -> new Said(text(listing), listing));
        }
        return explain(new Explain(Words.quote("/" + Line.name(arguments.word(0, "command")))))
                .thenApply(explained -> new Said(
                        explained.command().usage() + "\n" + explained.command().description()
                                + (explained.command().becomesTask() ? "\nIt becomes a task." : ""),
                        explained));
    }

    private static String text(Listing listing) {
        Stream<String> commands =
                listing.commands().stream().map(command -> command.usage() + "  " + command.description());
        Stream<String> bad = listing.badFiles().stream()
                .map(file -> "not a command: " + file.source() + " file " + file.file() + ": " + file.reason());
        return Stream.concat(commands, bad).collect(Collectors.joining("\n"));
    }

    private CompletionStage<Completions> complete(Complete asked) {
        String text = asked.text() == null ? "/" : asked.text();
        return catalogue
                .now()
                .thenApply(all -> new Completions(Completer.complete(text, all.commands()).stream()
                        .limit(MAX_COMPLETIONS)
                        .toList()));
    }
}
