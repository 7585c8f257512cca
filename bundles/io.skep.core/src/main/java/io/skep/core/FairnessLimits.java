// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.dispatch.Fairness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.ComponentException;

/** Reads {@link Fairness} from core's configuration. */
final class FairnessLimits {
    private static final Fairness DEFAULT = Fairness.DEFAULT;
    private static final Limit AGEING_MILLIS = new Limit("ageing.millis", 0, 86_400_000);
    private static final Limit BACKLOG_PERCENT = new Limit("backlog.percent", 0, 50);
    private static final Limit WEIGHT = new Limit("tenant.weights", 1, 1000);
    private static final Pattern TENANT_WEIGHT = Pattern.compile("([A-Za-z0-9._-]{1,64})\\s*=\\s*([0-9]{1,6})");

    private FairnessLimits() {}

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the property
     */
    static void check(Fairness fairness) {
        AGEING_MILLIS.check(fairness.ageing().toMillis());
        BACKLOG_PERCENT.check(fairness.backlogPercent());
        fairness.weights().values().forEach(WEIGHT::check);
    }

    /** The settings; the default stands for what is wrong, of which {@code wrong} is given a sentence each. */
    static Fairness of(CoreConfig config, List<String> wrong) {
        return new Fairness(
                Duration.ofMillis(AGEING_MILLIS.read(
                        config::ageing_millis, DEFAULT.ageing().toMillis(), wrong)),
                BACKLOG_PERCENT.read(config::backlog_percent, DEFAULT.backlogPercent(), wrong),
                weights(config, wrong));
    }

    private static Map<String, Integer> weights(CoreConfig config, List<String> wrong) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        try {
            for (String entry : config.tenant_weights()) {
                Matcher matcher = TENANT_WEIGHT.matcher(entry.strip());
                if (matcher.matches()) {
                    int weight = Integer.parseInt(matcher.group(2));
                    weights.put(matcher.group(1), WEIGHT.read(() -> weight, 1, wrong));
                } else if (!entry.isBlank()) {
                    wrong.add(WEIGHT.property() + " must be TENANT=WEIGHT, not \"" + entry + '"');
                }
            }
        } catch (ComponentException e) {
            wrong.add(WEIGHT.property() + " must be a list of TENANT=WEIGHT");
        }
        return weights;
    }

    /** Every property with its value. */
    static void properties(Fairness fairness, Map<String, Object> into) {
        into.put(AGEING_MILLIS.property(), fairness.ageing().toMillis());
        into.put(BACKLOG_PERCENT.property(), fairness.backlogPercent());
        into.put(WEIGHT.property(), new TreeMap<>(fairness.weights()));
    }
}
