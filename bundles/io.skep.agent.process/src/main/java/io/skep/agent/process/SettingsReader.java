// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@link Settings} from the properties of one factory configuration. */
final class SettingsReader {
    /** The factory PID. */
    static final String PID = "io.skep.agent.process";

    private static final Pattern ID = Pattern.compile("(?!\\.+$)[A-Za-z0-9._-]{1,128}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern FILE = Pattern.compile(Pattern.quote(PID) + "[-~](.+?)(\\.cfg|\\.config)?");
    private static final int MAX_PREFIX = 100;
    private static final int MAX_SKILLS = 256;
    private static final int MAX_TAGS = 32;
    private static final int MAX_EXAMPLES = 32;
    private static final int MAX_EXAMPLE = 1_024;
    private static final int MAX_NAME = 256;
    private static final int MAX_DESCRIPTION = 4_096;
    private static final int MAX_VERSION = 64;
    private static final Set<String> KNOWN = Set.of(
            "id",
            "name",
            "description",
            "version",
            "command",
            "skills",
            "slots",
            "directory",
            "environment",
            "timeout.millis",
            "output.limit.bytes",
            "kill.grace.millis",
            "retryable.exit.codes",
            "permanent.exit.codes",
            "instances.min",
            "instances.max",
            "instances.hour.cost.micros",
            "instances.drain.millis");
    /** What Config Admin, DS and fileinstall add. */
    private static final Pattern FOREIGN = Pattern.compile("(service|component|felix|org|karaf|osgi)\\..*");

    private final Path base;
    private final Values values;
    private final String source;

    /**
     * @param base the instance's directory, in which default working directories lie
     * @param properties of the configuration
     */
    SettingsReader(Path base, Map<String, ?> properties) {
        this.base = base.toAbsolutePath().normalize();
        this.values = new Values(properties);
        this.source = source(values);
    }

    /** The file's name, or the PID of a configuration that came from no file. */
    String source() {
        return source;
    }

    /** The id of its agent, or what those of its agents begin with. */
    String id() throws BadSetting {
        Matcher file = FILE.matcher(source);
        String id = values.text("id").orElse(file.matches() ? file.group(1) : "");
        if (!ID.matcher(id).matches()) {
            throw new BadSetting(
                    "id", id, "not 1 to 128 letters, digits, dots, underscores and hyphens, not only dots");
        }
        return id;
    }

    /** How many agents it stands for; empty if it is one. */
    Optional<Instances> instances() throws BadSetting {
        int max = (int) values.number("instances.max", 0, 1, Instances.MAX);
        int min = (int) values.number("instances.min", 1, 0, Instances.MAX);
        long cost = values.number("instances.hour.cost.micros", 0, 0, Instances.MAX_COST);
        Duration drain = millis("instances.drain.millis", Instances.DRAIN_MILLIS, 0, Instances.MAX_DRAIN_MILLIS);
        if (max == 0 && values.text("instances.min").isEmpty()) {
            return Optional.empty();
        }
        if (min > max) {
            throw new BadSetting("instances.min", Integer.toString(min), "more than instances.max, which is " + max);
        }
        if (id().length() > MAX_PREFIX) {
            throw new BadSetting("id", id(), "longer than " + MAX_PREFIX + " characters, with instances.max");
        }
        return Optional.of(new Instances(min, max, cost, drain));
    }

    /** The settings of its only agent; nothing is created. */
    Settings read() throws BadSetting {
        // The command first: a file that is empty or half written most likely lacks it.
        command();
        return read(id());
    }

    /** The settings of one of its agents, which has that number. */
    Settings read(int number) throws BadSetting {
        command();
        return read(id() + "-" + number);
    }

    private Settings read(String id) throws BadSetting {
        AgentSpec spec = new AgentSpec(
                id,
                values.text("name", id, MAX_NAME),
                values.text("description", "", MAX_DESCRIPTION),
                values.text("version", "1", MAX_VERSION),
                skills(),
                (int) values.number("slots", AgentConfig.SLOTS, 1, AgentConfig.MAX_SLOTS),
                AgentSpec.DEFAULT_LEASE);
        return new Settings(
                spec,
                command(),
                directory(id),
                passed(),
                fixed(),
                millis("timeout.millis", AgentConfig.TIMEOUT_MILLIS, 1, AgentConfig.MAX_TIMEOUT_MILLIS),
                (int) values.number(
                        "output.limit.bytes", AgentConfig.OUTPUT_LIMIT_BYTES, 1, AgentConfig.OUTPUT_LIMIT_BYTES),
                millis("kill.grace.millis", AgentConfig.KILL_GRACE_MILLIS, 0, AgentConfig.MAX_KILL_GRACE_MILLIS),
                ExitCodes.of(values));
    }

    /** Names of properties that mean nothing here, most likely typing errors. */
    Set<String> unknown() {
        List<String> skills = values.list("skills", ",", "");
        return values.names().stream()
                .filter(name -> !KNOWN.contains(name))
                .filter(name -> !FOREIGN.matcher(name).matches())
                .filter(name -> !name.startsWith("env."))
                .filter(name -> skills.stream()
                        .noneMatch(skill -> name.matches(
                                "skill\\." + Pattern.quote(skill) + "\\.(name|description|tags|examples)")))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Duration millis(String name, long absent, long min, long max) throws BadSetting {
        return Duration.ofMillis(values.number(name, absent, min, max));
    }

    private List<String> command() throws BadSetting {
        String line = values.text("command").orElse("");
        try {
            List<String> words = CommandLine.split(line);
            if (words.isEmpty() || words.get(0).isEmpty()) {
                throw new BadSetting("command", line, "it is missing or empty");
            }
            if (line.indexOf('\0') >= 0) {
                throw new BadSetting("command", "(not shown)", "it contains a NUL");
            }
            return words;
        } catch (IllegalArgumentException e) {
            throw new BadSetting("command", line, String.valueOf(e.getMessage()));
        }
    }

    private List<Skill> skills() throws BadSetting {
        List<String> ids = values.list("skills", ",", "");
        if (ids.size() > MAX_SKILLS || new HashSet<>(ids).size() < ids.size()) {
            throw new BadSetting("skills", ids.size() + " ids", "more than " + MAX_SKILLS + ", or one of them twice");
        }
        List<Skill> skills = new java.util.ArrayList<>();
        for (String id : ids) {
            if (!ID.matcher(id).matches()) {
                throw new BadSetting(
                        "skills", id, "not 1 to 128 letters, digits, dots, underscores and hyphens, not only dots");
            }
            skills.add(skill(id, "skill." + id + "."));
        }
        return skills;
    }

    private Skill skill(String id, String prefix) throws BadSetting {
        List<String> tags = values.list(prefix + "tags", ",", "");
        List<String> examples = values.list(prefix + "examples", "|", "");
        if (tags.size() > MAX_TAGS) {
            throw new BadSetting(prefix + "tags", tags.size() + " tags", "more than " + MAX_TAGS);
        }
        if (examples.size() > MAX_EXAMPLES || examples.stream().anyMatch(e -> e.length() > MAX_EXAMPLE)) {
            throw new BadSetting(
                    prefix + "examples",
                    examples.size() + " examples",
                    "more than " + MAX_EXAMPLES + ", or one longer than " + MAX_EXAMPLE + " characters");
        }
        return new Skill(
                id,
                values.text(prefix + "name", id, MAX_NAME),
                values.text(prefix + "description", "", MAX_DESCRIPTION),
                new HashSet<>(tags),
                examples);
    }

    private Path directory(String id) throws BadSetting {
        String named = values.text("directory").orElse("");
        if (named.isEmpty()) {
            return base.resolve("work").resolve(id);
        }
        try {
            Path directory = base.resolve(named).normalize();
            if (Files.isDirectory(directory)) {
                return directory;
            }
        } catch (java.nio.file.InvalidPathException e) {
            throw new BadSetting("directory", named, "not a path");
        }
        throw new BadSetting("directory", named, "there is no such directory");
    }

    private List<String> passed() throws BadSetting {
        List<String> names = values.list("environment", ",", AgentConfig.ENVIRONMENT);
        for (String name : names) {
            if (!VARIABLE.matcher(name).matches()) {
                throw new BadSetting("environment", name, "not the name of a variable");
            }
        }
        return names;
    }

    private Map<String, String> fixed() throws BadSetting {
        Map<String, String> fixed = values.under("env.");
        for (Map.Entry<String, String> variable : fixed.entrySet()) {
            String name = variable.getKey();
            if (variable.getValue().indexOf('\0') >= 0) {
                throw new BadSetting("env." + name, "(not shown)", "it contains a NUL");
            }
            if (!VARIABLE.matcher(name).matches()) {
                throw new BadSetting("env." + name, "(not shown)", "not the name of a variable");
            }
            if (Environment.OWN.contains(name)) {
                throw new BadSetting("env." + name, "(not shown)", "set by Skep for every task");
            }
        }
        return fixed;
    }

    private static String source(Values values) {
        String file = values.text("felix.fileinstall.filename").orElse("");
        if (!file.isEmpty()) {
            String path = file.startsWith("file:") ? URI.create(file).getPath() : file;
            return path.substring(path.lastIndexOf('/') + 1);
        }
        return values.text("service.pid").orElse(PID);
    }
}
