// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/operations.md} names commands, metrics and alerts that there are, and leaves no alert unexplained. */
class OperationsGuideTest {
    private static final String GUIDE = Code.read(Code.ROOT.resolve("docs/operations.md"));
    private static final Pattern COMMAND = Pattern.compile("(?:`|shell )([a-z]+:[a-z-]+)(?=[`\\s])");
    private static final Pattern METRIC = Pattern.compile("`(skep_[a-z0-9_]+)");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void everyCommand_isThere() {
        Set<String> named = found(COMMAND, GUIDE);
        assertThat(named).contains("store:backup", "monitor:alerts");
        assertThat(CommandsPage.names()).containsAll(named);
    }

    @Test
    void everyMetric_isThere() {
        Set<String> there = new TreeSet<>(MetricsPage.ofTheServer().keySet());
        there.addAll(MetricsPage.ofMonitoring().keySet().stream()
                .map(name -> name.replace("`", ""))
                .collect(Collectors.toSet()));
        Set<String> named = found(METRIC, GUIDE);
        // A file.
        named.remove("skep_login_key");
        assertThat(named).contains("skep_store_disk_free_bytes");
        assertThat(there).containsAll(named);
    }

    @Test
    void everyAlertOfOurs_isExplained_andNoOther() {
        Set<String> alerts = found(ALERT, Code.read(Code.ROOT.resolve("docs/examples/prometheus/skep-alerts.yml")));
        assertThat(alerts).contains("SkepDown");
        assertThat(found(Pattern.compile("(?m)^\\|.*?`(Skep\\w+)`.*\\|.*\\|.*\\|$"), GUIDE))
                .isEqualTo(alerts);
    }
}
