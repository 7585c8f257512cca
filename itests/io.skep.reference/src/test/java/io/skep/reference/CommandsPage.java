// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static io.skep.reference.Markdown.literal;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;

/** The commands of the shell: those of the server, and those that plugins bring. */
final class CommandsPage {
    private CommandsPage() {}

    static String write() {
        Map<String, Class<?>> commands = new TreeMap<>();
        for (Class<?> type : Code.classes("io.skep.shell")) {
            Command command = type.getAnnotation(Command.class);
            if (command != null) {
                commands.put(name(command), type);
            }
        }
        Markdown page = new Markdown(
                "Commands",
                "Of the shell, `./skep shell COMMAND`. Whom each is for besides `admin` is what the files"
                        + "\n`etc/org.apache.karaf.command.acl.*.cfg` say as they are shipped.");
        commands.values().forEach(type -> describe(page, type));
        page.heading(2, "Of plugins")
                .paragraph("There while the plugin is. Each takes the input of its operation as JSON.")
                .table(List.of("command", "operation", "what it does"), brought());
        return page.toString();
    }

    /** Every command, of the server and of plugins. */
    static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : Code.classes("io.skep.shell")) {
            Command command = type.getAnnotation(Command.class);
            if (command != null) {
                names.add(name(command));
            }
        }
        brought().forEach(row -> names.add(row.get(0).replace("`", "")));
        return names;
    }

    private static String name(Command command) {
        return command.scope() + ':' + command.name();
    }

    private static void describe(Markdown page, Class<?> type) {
        Command command = Objects.requireNonNull(type.getAnnotation(Command.class));
        page.heading(2, name(command)).paragraph(command.description() + ".");
        String roles = roles(command);
        page.paragraph(roles.isEmpty() ? "For `admin` alone." : "For " + roles + ".");
        List<List<String>> rows = new ArrayList<>();
        Arrays.stream(type.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(Argument.class))
                .sorted(Comparator.comparing(field -> argument(field).index()))
                .forEach(field -> rows.add(List.of(
                        literal(argument(field).name()),
                        (argument(field).required() ? "argument" : "argument, may be left out")
                                + (argument(field).multiValued() ? ", several" : ""),
                        argument(field).description())));
        Arrays.stream(type.getDeclaredFields())
                .map(field -> field.getAnnotation(Option.class))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(Option::name))
                .forEach(option -> rows.add(List.of(
                        literal(option.name()),
                        option.multiValued() ? "option, several" : "option",
                        option.description())));
        page.table(List.of("", "", "meaning"), rows);
        String examples = command.detailedDescription().strip();
        if (!examples.isEmpty()) {
            page.code("", examples);
        }
    }

    private static Argument argument(Field field) {
        return Objects.requireNonNull(field.getAnnotation(Argument.class));
    }

    private static String roles(Command command) {
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(
                    Code.read(Code.ETC.resolve("org.apache.karaf.command.acl." + command.scope() + ".cfg"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Arrays.stream(lines.getProperty(command.name(), "").split("[\\s,]+"))
                .filter(role -> !role.isEmpty() && !role.equals("admin"))
                .map(Markdown::literal)
                .collect(Collectors.joining(", "));
    }

    private static List<List<String>> brought() {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String plugin : CapabilitiesPage.PLUGINS.keySet()) {
            for (Capability capability : CapabilitiesPage.offered(plugin)) {
                for (Operation operation : capability.operations()) {
                    String command = operation.shellCommand();
                    if (command != null) {
                        String link =
                                "[" + capability.id() + '/' + operation.name() + "](capabilities-" + plugin + ".md)";
                        rows.put(command, List.of(literal(command), link, operation.summary()));
                    }
                }
            }
        }
        return List.copyOf(rows.values());
    }
}
