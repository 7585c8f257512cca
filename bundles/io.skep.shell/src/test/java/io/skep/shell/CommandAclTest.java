// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.karaf.service.guard.tools.ACLConfigurationParser;
import org.apache.karaf.service.guard.tools.ACLConfigurationParser.Specificity;
import org.apache.karaf.shell.api.action.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.FrameworkUtil;

/** That every command has its line in the distribution's files, read as Karaf reads them. That the roles are right, the plugin security tests. */
class CommandAclTest {
    private static final Path ETC = Path.of("../../karaf-assembly/src/main/resources/etc");
    private static final String PREFIX = "org.apache.karaf.command.acl.";
    private static final String SUFFIX = ".cfg";

    static Stream<Command> commands() {
        return Console.COMMANDS.stream().map(type -> type.getAnnotation(Command.class));
    }

    private static Properties lines(String scope) throws IOException {
        Properties lines = new Properties();
        try (InputStream in = Files.newInputStream(ETC.resolve(PREFIX + scope + SUFFIX))) {
            lines.load(in);
        }
        return lines;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommand_isForCertainRoles(Command command) throws IOException {
        Map<String, Object> read = new HashMap<>();
        lines(command.scope()).forEach((name, roles) -> read.put((String) name, roles));
        List<String> roles = new ArrayList<>();
        Specificity found = ACLConfigurationParser.getRolesForInvocation(
                command.name(), new Object[] {"[]"}, null, FrameworkUtil.asDictionary(read), roles);
        assertThat(found).isEqualTo(Specificity.NAME_MATCH);
        assertThat(roles).contains("admin").isSubsetOf("admin", "operator", "developer", "viewer", "auditor");
    }

    @Test
    void everyLine_isForACommand() throws IOException {
        Set<String> commands = new TreeSet<>();
        commands().forEach(command -> commands.add(command.scope() + ":" + command.name()));
        Set<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.list(ETC)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX)) {
                    String scope = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
                    lines(scope).stringPropertyNames().forEach(line -> lines.add(scope + ":" + line));
                }
            }
        }
        // Which of Karaf's own commands are kept, the plugin security tests.
        lines.removeIf(line -> line.startsWith("shell:"));
        assertThat(lines).isEqualTo(commands);
    }
}
