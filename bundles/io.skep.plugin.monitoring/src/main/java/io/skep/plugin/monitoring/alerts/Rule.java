// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.monitoring.figures.Figure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When something is wrong: a figure is above or below a bound for so long. All figures of that name with these labels that
 * are, are one alert.
 *
 * @param name unique; one that is built in is replaced by another of its name
 * @param figure whose name
 * @param labels that it must have; absent for none
 * @param above the bound; exactly one of both
 * @param below the bound
 * @param forMillis for how long it must be so, 0 to a day; absent for 0
 * @param coolDownMillis in which the alert is not told again after it was resolved, 0 to a day; absent for 5 minutes
 * @param group with which others it is delivered; absent for its name
 * @param severity page, ticket or info; absent for ticket
 * @param summary in words
 * @param off whether it does not count
 */
public record Rule(
        String name,
        String figure,
        @Nullable Map<String, String> labels,
        @Nullable Double above,
        @Nullable Double below,
        @Nullable Long forMillis,
        @Nullable Long coolDownMillis,
        @Nullable String group,
        @Nullable String severity,
        @Nullable String summary,
        @Nullable Boolean off) {
    /** How urgent an alert can be. */
    public static final List<String> SEVERITIES = List.of("page", "ticket", "info");

    private static final long COOL_DOWN = 300_000;
    private static final long DAY = 86_400_000;

    /** Checks. */
    public Rule {
        Inputs.name("name", Inputs.required("name", name));
        Inputs.name("figure", Inputs.required("figure", figure));
        Inputs.name("group", group);
        Inputs.oneOf("severity", severity, SEVERITIES);
        Inputs.text("summary", summary, 500);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        if ((above == null) == (below == null)) {
            throw new Declination("a rule has either \"above\" or \"below\"");
        }
        within("forMillis", forMillis);
        within("coolDownMillis", coolDownMillis);
        if (labels.size() > 10) {
            throw new Declination("field \"labels\" must have at most 10 entries, not " + labels.size());
        }
    }

    private static void within(String field, @Nullable Long millis) {
        if (millis != null && (millis < 0 || millis > DAY)) {
            throw new Declination("field \"" + field + "\" must be 0 to " + DAY);
        }
    }

    /** One that is built in. */
    static Rule above(String name, String figure, double bound, long forMillis, String severity, String summary) {
        return new Rule(name, figure, null, bound, null, forMillis, null, null, severity, summary, false);
    }

    /** The same of figures with these labels, in that group. */
    Rule of(Map<String, String> those, String in) {
        return new Rule(name, figure, those, above, below, forMillis, coolDownMillis, in, severity, summary, off);
    }

    /** The same, off or not. */
    Rule off(boolean isOff) {
        return new Rule(name, figure, labels, above, below, forMillis, coolDownMillis, group, severity, summary, isOff);
    }

    boolean isOff() {
        return Boolean.TRUE.equals(off);
    }

    Map<String, String> wanted() {
        return labels == null ? Map.of() : labels;
    }

    long lasts() {
        return forMillis == null ? 0 : forMillis;
    }

    long rests() {
        return coolDownMillis == null ? COOL_DOWN : coolDownMillis;
    }

    String grouped() {
        return group == null ? name : group;
    }

    String urgency() {
        return severity == null ? "ticket" : severity;
    }

    /** Whether a figure is out of bounds. */
    boolean isBroken(Figure figure) {
        return above == null ? below != null && figure.value() < below : figure.value() > above;
    }

    String text() {
        String bound = above == null ? "below " + below : "above " + above;
        return summary == null ? figure + " is " + bound : summary;
    }
}
