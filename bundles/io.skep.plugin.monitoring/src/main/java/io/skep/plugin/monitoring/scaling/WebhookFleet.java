// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.ScalingGroup;
import io.skep.plugin.base.webhook.Destination;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A fleet elsewhere that somebody else starts and stops when told over HTTP. Immutable.
 *
 * @param name of the group
 * @param url where it is told
 * @param secret that signs what it is told
 * @param agents what the ids of its agents begin with
 * @param like its limits, without its agents
 */
record WebhookFleet(String name, URI url, String secret, String agents, ScalingGroup like) {
    private static final int MOST = 100;
    private static final int MOST_AGENTS = 1_000;
    private static final int MOST_SLOTS = 10_000;
    private static final int LEAST_SECRET = 24;

    static List<WebhookFleet> all(String names, boolean plain, Map<String, ?> properties) {
        List<WebhookFleet> fleets = new ArrayList<>();
        for (String name : words(names)) {
            fleets.add(of(name, plain, properties));
        }
        if (fleets.size() > MOST) {
            throw new IllegalArgumentException("scaling.webhooks must be " + MOST + " at most, not " + fleets.size());
        }
        return fleets;
    }

    private static WebhookFleet of(String name, boolean plain, Map<String, ?> properties) {
        String prefix = "scaling.webhook." + name + ".";
        URI url = Destination.of(prefix + "url", text(properties, prefix + "url", ""), plain);
        String secret = text(properties, prefix + "secret", "");
        if (secret.length() < LEAST_SECRET) {
            throw new IllegalArgumentException(prefix + "secret must have at least " + LEAST_SECRET + " characters");
        }
        int max = (int) number(properties, prefix + "max", 1, 1, MOST_AGENTS);
        ScalingGroup like = new ScalingGroup(
                name,
                Set.copyOf(words(text(properties, prefix + "skills", ""))),
                (int) number(properties, prefix + "slots", 1, 1, MOST_SLOTS),
                (int) number(properties, prefix + "min", 0, 0, max),
                max,
                0,
                List.of(),
                number(properties, prefix + "hour.cost.micros", 0, 0, Long.MAX_VALUE / MOST_AGENTS / MOST));
        return new WebhookFleet(name, url, secret, text(properties, prefix + "agents", name + "-"), like);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(word -> !word.isEmpty())
                .distinct()
                .collect(Collectors.toUnmodifiableList());
    }

    private static String text(Map<String, ?> properties, String key, String absent) {
        Object value = properties.get(key);
        return value == null ? absent : value.toString().trim();
    }

    private static long number(Map<String, ?> properties, String key, long absent, long least, long most) {
        String value = text(properties, key, Long.toString(absent));
        try {
            return ScalingSettings.within(key, Long.parseLong(value), least, most);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be a whole number, not " + value, e);
        }
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "webhook " + name + " at " + url;
    }
}
