// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.plugin.security.policy.Context;
import io.skep.plugin.security.policy.Policy;
import io.skep.plugin.security.policy.Resource;
import io.skep.plugin.security.policy.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the distribution's files let those run a command of the shell whom the seeded policy lets do the same. */
class ShellRolesTest {
    private static final Path ETC = Path.of("../../karaf-assembly/src/main/resources/etc");
    private static final String PREFIX = "org.apache.karaf.command.acl.";
    private static final String SUFFIX = ".cfg";
    /** Scope of commands that are not of Skep. */
    private static final String KARAFS = "shell:";
    /** The roles of persons. */
    private static final List<String> ROLES = List.of("admin", "operator", "developer", "viewer", "auditor");

    /** What each command does, in the words of the policy, as the same calls by HTTP. */
    private static final Map<String, String> COMMANDS = Map.ofEntries(
            Map.entry("agent:drain", "drain agent"),
            Map.entry("agent:list", "list agent"),
            Map.entry("agent:register", "register agent"),
            Map.entry("agent:remove", "delete agent"),
            Map.entry("agent:show", "read agent"),
            Map.entry("agent:sleep", "sleep agent"),
            Map.entry("agent:wake", "wake agent"),
            Map.entry("capability:call", "call capability"),
            Map.entry("capability:list", "list capability"),
            Map.entry("flag:list", "list flag"),
            Map.entry("flag:set", "update flag"),
            Map.entry("node:drain", "drain node"),
            Map.entry("node:list", "list node"),
            Map.entry("node:resume", "resume node"),
            Map.entry("plugin:health", "read plugin"),
            Map.entry("plugin:list", "list plugin"),
            Map.entry("plugin:remove", "delete plugin"),
            Map.entry("plugin:rollback", "rollback plugin"),
            Map.entry("plugin:show", "read plugin"),
            Map.entry("plugin:upgrade", "upgrade plugin"),
            Map.entry("queue:list", "list queue"),
            Map.entry("store:backup", "create store"),
            Map.entry("store:compact", "update store"),
            Map.entry("store:rebuild", "update store"),
            Map.entry("store:export", "create store"),
            Map.entry("store:import", "update store"),
            Map.entry("store:status", "read store"),
            Map.entry("task:answer", "answer task"),
            Map.entry("task:bulk", "update task"),
            Map.entry("task:cancel", "cancel task"),
            Map.entry("task:list", "list task"),
            Map.entry("task:release", "update task"),
            Map.entry("task:retry", "retry task"),
            Map.entry("task:route", "update task"),
            Map.entry("task:show", "read task"),
            Map.entry("task:submit", "create task"),
            Map.entry("task:tail", "read task"),
            Map.entry("task:why", "read task"));

    /** The roles that the files name, by command. */
    private static Map<String, Set<String>> files() throws IOException {
        Map<String, Set<String>> roles = new TreeMap<>();
        try (Stream<Path> files = Files.list(ETC)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(PREFIX)) {
                    String scope = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
                    lines(file).forEach((command, of) -> roles.put(scope + ":" + command, of));
                }
            }
        }
        return roles;
    }

    private static Map<String, Set<String>> lines(Path file) throws IOException {
        Properties read = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            read.load(in);
        }
        Map<String, Set<String>> roles = new TreeMap<>();
        read.forEach((command, of) -> roles.put((String) command, Set.of(((String) of).split(",\\s*"))));
        return roles;
    }

    /** Users of the shell have no tenant, and commands are not narrowed to one; what is not there yet is one's own. */
    private static Set<String> allowed(String what) {
        String[] words = what.split(" ");
        Set<String> allowed = new TreeSet<>();
        for (String role : ROLES) {
            Subject user = new Subject("ann@karaf", null, List.of(role), null);
            Resource all = new Resource(words[1], null, null, "ann@karaf");
            if (Policy.seeded()
                    .decide(user, words[0], all, new Context(Instant.EPOCH, null))
                    .allowed()) {
                allowed.add(role);
            }
        }
        return allowed;
    }

    @Test
    void everyCommand_isForThoseWhomTheSeededPolicyAllowsTheSame() throws IOException {
        Map<String, Set<String>> expected = new TreeMap<>();
        COMMANDS.forEach((command, what) -> expected.put(command, allowed(what)));
        Map<String, Set<String>> ours = files();
        ours.keySet().removeIf(command -> command.startsWith(KARAFS));
        assertThat(ours).isEqualTo(expected);
    }

    @Test
    void commandsOfKarafs_thatReadFilesOrRunPrograms_areForAdministrators() throws IOException {
        Map<String, Set<String>> karafs = files();
        karafs.keySet().removeIf(command -> !command.startsWith(KARAFS));
        assertThat(karafs)
                .containsKeys("shell:cat", "shell:exec", "shell:new", "shell:source", "shell:tail")
                .allSatisfy((command, roles) -> assertThat(roles).containsExactly("admin"));
    }
}
