// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static io.skep.reference.Markdown.literal;

import io.skep.api.admin.SwapJob;
import io.skep.api.agent.AgentState;
import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the stream of events tells. */
final class EventsPage {
    private static final Pattern HAPPENED = Pattern.compile(
            "(?:happened|write)\\(\\s*[\\w.()]+,\\s*(?:[\\w =!.]+\\?\\s*)?\"([a-z-]+)\"(?:\\s*:\\s*\"([a-z-]+)\")?");
    private static final Pattern NOTED = Pattern.compile("turn\\.note\\(\\s*\"([a-z.-]+[a-z])\"");
    private static final Pattern CONSTANT = Pattern.compile(
            "/\\*\\* The type of a change (.*?)\\. \\*/\\s*public static final String \\w+ = \"([a-z.]+)\"");
    private static final Pattern WORD = Pattern.compile("\"([a-z-]+\\.(?:[a-z]+(?:\\.[a-z]+)*\\.?)?)\"");

    private EventsPage() {}

    static String write() {
        return new Markdown(
                        "Events",
                        "Types of the stream `GET /api/v1/events`; [docs/http.md](../http.md#events) has their members.")
                .heading(2, "Tasks")
                .paragraph("A task came into a state: "
                        + all("task.", Arrays.stream(TaskState.values()).map(TaskState::wire)) + ".")
                .heading(2, "Agents")
                .paragraph("An agent came into a state: "
                        + all("agent.", Arrays.stream(AgentState.values()).map(AgentState::wire)) + ".")
                .heading(2, "Plugins")
                .paragraph("A change of a plugin came into a phase: "
                        + all("plugin.", Arrays.stream(SwapJob.Phase.values()).map(SwapJob.Phase::wire)) + ".")
                .paragraph("Something became of a plugin: " + all("plugin.", fates().stream()) + ".")
                .heading(2, "Other changes")
                .table(List.of("type", "what it is"), changes())
                .heading(2, "Of plugins")
                .paragraph(
                        "Where a dot is the end, it says what became of the thing: of the run of a workflow, a step, an alert, an agent.")
                .table(List.of("plugin", "types"), told())
                .toString();
    }

    private static String all(String prefix, Stream<String> words) {
        return String.join(", ", words.map(word -> literal(prefix + word)).toList());
    }

    private static Set<String> fates() {
        Set<String> fates = new TreeSet<>();
        for (Path file : Code.files(Code.BUNDLES.resolve("io.skep.core/src/main/java/io/skep/core/swap"), ".java")) {
            Matcher happened = HAPPENED.matcher(Code.read(file));
            while (happened.find()) {
                fates.add(happened.group(1));
                if (happened.group(2) != null) {
                    fates.add(happened.group(2));
                }
            }
        }
        return fates;
    }

    private static List<List<String>> changes() {
        Map<String, String> changes = new TreeMap<>();
        for (Path file : Code.files(Code.BUNDLES.resolve("io.skep.core/src/main/java"), ".java")) {
            String source = Code.read(file);
            Matcher constant = CONSTANT.matcher(source);
            while (constant.find()) {
                changes.put(constant.group(2), "a change " + constant.group(1));
            }
            Matcher noted = NOTED.matcher(source);
            while (noted.find()) {
                changes.put(noted.group(1), "a note in the log");
            }
        }
        List<List<String>> rows = new ArrayList<>();
        changes.forEach((type, what) -> rows.add(List.of(literal(type), what)));
        return rows;
    }

    /** By the rule for such types: they begin with the plugin's name, or with the end of it after a hyphen. */
    private static List<List<String>> told() {
        List<List<String>> rows = new ArrayList<>();
        CapabilitiesPage.PLUGINS.forEach((plugin, bundle) -> {
            String last = plugin.substring(plugin.lastIndexOf('-') + 1) + '.';
            Set<String> types = new TreeSet<>();
            for (Path file : Code.files(Code.BUNDLES.resolve(bundle).resolve("src/main/java"), ".java")) {
                Matcher word = WORD.matcher(Code.read(file));
                while (word.find()) {
                    if (isTold(word.group(1), last, plugin)) {
                        types.add(word.group(1));
                    }
                }
            }
            if (!types.isEmpty()) {
                rows.add(List.of(plugin, all("", types.stream())));
            }
        });
        return rows;
    }

    /** What ends in "none" is a reservation that is none. */
    private static boolean isTold(String word, String last, String plugin) {
        return (word.startsWith(last) || word.startsWith(plugin + '.')) && !word.endsWith(".none");
    }
}
