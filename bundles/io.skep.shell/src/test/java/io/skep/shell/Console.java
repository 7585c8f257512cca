// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Parser;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.impl.action.command.ActionCommand;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.karaf.shell.support.CommandException;

/** Karaf's own shell, without a container: command lines are parsed and run as at its prompt. */
final class Console implements AutoCloseable {
    static final List<Class<?>> COMMANDS = List.of(
            AgentDrain.class,
            AgentSleep.class,
            AgentWake.class,
            AgentList.class,
            AgentRegister.class,
            AgentRemove.class,
            AgentShow.class,
            CapabilityCall.class,
            CapabilityList.class,
            FlagList.class,
            FlagSet.class,
            NodeDrain.class,
            NodeList.class,
            NodeResume.class,
            PluginHealth.class,
            PluginList.class,
            PluginRemove.class,
            PluginRollback.class,
            PluginShow.class,
            PluginUpgrade.class,
            QueueList.class,
            StoreBackup.class,
            StoreCompact.class,
            StoreRebuild.class,
            StoreExport.class,
            StoreImport.class,
            StoreStatusCommand.class,
            TaskAnswer.class,
            TaskBulk.class,
            TaskCancel.class,
            TaskList.class,
            TaskRelease.class,
            TaskRoute.class,
            TaskRetry.class,
            TaskShow.class,
            TaskSubmit.class,
            TaskTail.class,
            TaskWhy.class);
    private static final List<Class<?>> COMPLETERS = List.of(
            AgentIds.class,
            CapabilityIds.class,
            FlagNames.class,
            FlagRules.class,
            NodeIds.class,
            PluginNames.class,
            TaskIds.class,
            TaskStates.class);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ThreadIOImpl threads = new ThreadIOImpl();
    private final SessionFactoryImpl factory;
    private final Session session;

    Console(FakeSkep skep) {
        threads.start();
        factory = new SessionFactoryImpl(threads);
        factory.getRegistry().register(skep);
        factory.getRegistry().register(skep.plugins);
        factory.getRegistry().register(skep.flags);
        factory.getRegistry().register(skep.store);
        factory.getRegistry().register(skep.payloads);
        factory.getRegistry().register(skep.cluster);
        ManagerImpl manager = new ManagerImpl(factory.getRegistry(), factory.getRegistry());
        COMPLETERS.forEach(manager::register);
        COMMANDS.forEach(type -> factory.getRegistry()
                .register(new WithWords(new ActionCommand(manager, type.asSubclass(Action.class)))));
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        session = factory.create(new ByteArrayInputStream(new byte[0]), print, print);
    }

    SessionFactory sessions() {
        return factory;
    }

    /** Whose session it is. */
    void user(String name) {
        session.put("USER", name);
    }

    /** What a command line prints. */
    String run(String line) throws Exception {
        out.reset();
        session.execute(line);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What Karaf prints for a wrong or helped command line. */
    String help(String line) {
        Throwable ended = catchThrowable(() -> session.execute(line));
        return ended instanceof CommandException wrong ? wrong.getNiceHelp() : out.toString(StandardCharsets.UTF_8);
    }

    /** What Tab proposes for the last of these words. */
    List<String> complete(String scope, String name, String... words) {
        Command command = factory.getRegistry().getCommand(scope, name);
        List<String> proposals = new ArrayList<>();
        command.getCompleter(true).complete(session, new Words(scope + ":" + name, words), proposals);
        return proposals.stream().map(String::strip).toList();
    }

    @Override
    public void close() {
        session.close();
        threads.stop();
    }

    /** In the container the words of a command line arrive as strings; here they would be tokens of the parser. */
    private record WithWords(Command command) implements Command {
        @Override
        public String getScope() {
            return command.getScope();
        }

        @Override
        public String getName() {
            return command.getName();
        }

        @Override
        public String getDescription() {
            return command.getDescription();
        }

        @Override
        public Completer getCompleter(boolean scoped) {
            return command.getCompleter(scoped);
        }

        @Override
        public Parser getParser() {
            return command.getParser();
        }

        @Override
        public Object execute(Session session, List<Object> words) throws Exception {
            List<Object> strings = new ArrayList<>();
            words.forEach(word -> strings.add(word.toString()));
            return command.execute(session, strings);
        }
    }

    private record Words(String command, String... words) implements CommandLine {
        @Override
        public int getCursorArgumentIndex() {
            return words.length;
        }

        @Override
        public String getCursorArgument() {
            return words[words.length - 1];
        }

        @Override
        public int getArgumentPosition() {
            return getCursorArgument().length();
        }

        @Override
        public String[] getArguments() {
            List<String> all = new ArrayList<>(List.of(words));
            all.add(0, command);
            return all.toArray(String[]::new);
        }

        @Override
        public int getBufferPosition() {
            return getBuffer().length();
        }

        @Override
        public String getBuffer() {
            return String.join(" ", getArguments());
        }
    }
}
