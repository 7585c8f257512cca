// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** What is wrong with a plugin after a restart; its versions are {@code 1.0.N}, in the order in which they came. */
final class SwapAudit {
    private static final String FIRST = "1.0.";
    private static final Pattern PROMOTED = Pattern.compile("(?:\\S+ to )?(\\S+), .*");

    private SwapAudit() {}

    static String version(int number) {
        return FIRST + number;
    }

    /** The number of a version, -1 if it is none of ours. */
    static int number(String version) {
        return version.matches(Pattern.quote(FIRST) + "\\d{1,8}")
                ? Integer.parseInt(version.substring(FIRST.length()))
                : -1;
    }

    /**
     * One sentence for each thing that is wrong.
     *
     * @param detail what the server says of the plugin
     * @param bundles a line with its version for each of its bundles that is installed
     * @param atLeast the newest version that was seen to serve, or said to be promoted
     * @param atMost the newest version that was sent
     */
    static List<String> problems(JsonNode detail, List<String> bundles, int atLeast, int atMost) {
        List<String> problems = new ArrayList<>();
        String desired = detail.path("desired").asText();
        int number = number(desired);
        if (number < atLeast || number > atMost) {
            problems.add(
                    "version " + desired + " shall serve, not one from " + version(atLeast) + " to " + version(atMost));
        }
        String promoted = newestPromoted(detail.path("history"));
        if (!promoted.equals(desired)) {
            problems.add("version " + desired + " shall serve, and " + promoted + " was promoted last");
        }
        JsonNode generations = detail.path("generations");
        JsonNode only = generations.path(0);
        if (generations.size() != 1
                || !only.path("state").asText().equals("serving")
                || !only.path("version").asText().equals(desired)) {
            problems.add("version " + desired + " shall serve alone, and there is " + generations);
        }
        if (bundles.size() != 1 || !bundles.get(0).matches(".*\\b" + Pattern.quote(desired) + "\\b.*")) {
            problems.add("version " + desired + " shall serve, and these bundles are installed: " + bundles);
        }
        return problems;
    }

    /** The version of the newest event that says that one was promoted; empty if there is none. */
    private static String newestPromoted(JsonNode history) {
        return StreamSupport.stream(history.spliterator(), false)
                .filter(entry -> entry.path("event").asText().equals("plugin.promoted"))
                .map(entry -> PROMOTED.matcher(entry.path("detail").asText()))
                .filter(Matcher::matches)
                .map(match -> match.group(1))
                .reduce("", (older, newer) -> newer);
    }
}
