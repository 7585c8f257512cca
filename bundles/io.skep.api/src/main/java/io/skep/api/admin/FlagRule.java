// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.plugin.IntegrationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * For whom a capability is switched on. As text: {@code on}, {@code off}, a percentage such as {@code 25%}, or targets
 * such as {@code tenant:acme, agent:builder-1}. Immutable.
 *
 * @param percent the share of calls, 0 to 100, that get it besides the targets. A task's calls, or else an agent's, or
 *     else a tenant's, are all on the same side; calls that concern none of them are shared out at random
 * @param tenants whose calls get it in any case
 * @param agents whose calls get it in any case
 */
public record FlagRule(int percent, Set<String> tenants, Set<String> agents) {
    /** For everybody. */
    public static final FlagRule ON = new FlagRule(100, Set.of(), Set.of());

    /** For nobody. */
    public static final FlagRule OFF = new FlagRule(0, Set.of(), Set.of());

    private static final int MAX_TARGETS = 1000;
    private static final String TENANT = "tenant:";
    private static final String AGENT = "agent:";

    public FlagRule {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("a percentage is 0 to 100");
        }
        tenants = Set.copyOf(tenants);
        agents = Set.copyOf(agents);
    }

    /**
     * The inverse of {@link #toString()}.
     *
     * @throws IllegalArgumentException with what is wrong, if {@code text} is none
     */
    public static FlagRule parse(String text) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        if (trimmed.equals("on") || trimmed.equals("true")) {
            return ON;
        } else if (trimmed.equals("off") || trimmed.equals("false")) {
            return OFF;
        }
        int percent = 0;
        Set<String> tenants = new TreeSet<>();
        Set<String> agents = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            String target = part.strip();
            if (target.startsWith(TENANT)) {
                tenants.add(name(target, TENANT));
            } else if (target.startsWith(AGENT)) {
                agents.add(name(target, AGENT));
            } else if (target.matches("\\d{1,3}%") && percent == 0) {
                percent = Integer.parseInt(target, 0, target.length() - 1, 10);
            } else {
                throw new IllegalArgumentException(
                        "\"" + target + "\" is not on, off, a percentage, tenant:NAME or agent:ID");
            }
        }
        if (tenants.size() + agents.size() > MAX_TARGETS) {
            throw new IllegalArgumentException("a flag has at most " + MAX_TARGETS + " targets");
        }
        return new FlagRule(percent, tenants, agents);
    }

    private static String name(String target, String prefix) {
        String name = target.substring(prefix.length());
        if (!name.matches("[A-Za-z0-9._-]{1,128}")) {
            throw new IllegalArgumentException("\"" + target + "\" names nobody");
        }
        return name;
    }

    /** Whether nobody gets the capability. */
    public boolean isOff() {
        return percent == 0 && tenants.isEmpty() && agents.isEmpty();
    }

    /** Whether a call gets the capability. */
    public boolean admits(IntegrationRequest request) {
        if (percent == 100) {
            return true;
        }
        String tenant = request.tenant();
        String agent = request.agent();
        if ((tenant != null && tenants.contains(tenant)) || (agent != null && agents.contains(agent))) {
            return true;
        }
        return percent > 0 && bucket(request, request.capability()) < percent;
    }

    /**
     * Where a call stands when calls are shared out, from 0 to 99: the same for all calls that concern the same task (or
     * else agent, or else tenant) under the same salt, evenly spread over different ones.
     */
    public static int bucket(IntegrationRequest request, String salt) {
        String key = key(request);
        if (key == null) {
            return ThreadLocalRandom.current().nextInt(100);
        }
        // Fibonacci hashing of both parts: String.hashCode alone leaves similar ids close to each other.
        long mixed = (key.hashCode() * 0x9E3779B97F4A7C15L) ^ (salt.hashCode() * 0xC2B2AE3D27D4EB4FL);
        mixed = (mixed ^ mixed >>> 32) * 0x9E3779B97F4A7C15L;
        return (int) Long.remainderUnsigned(mixed ^ mixed >>> 32, 100);
    }

    private static @Nullable String key(IntegrationRequest request) {
        if (request.task() != null) {
            return request.task();
        }
        return request.agent() != null ? request.agent() : request.tenant();
    }

    /** The rule as it stands in the file. */
    @Override
    public String toString() {
        if (percent == 100) {
            return "on";
        }
        List<String> parts = new ArrayList<>();
        if (percent > 0) {
            parts.add(percent + "%");
        }
        new TreeSet<>(tenants).forEach(tenant -> parts.add(TENANT + tenant));
        new TreeSet<>(agents).forEach(agent -> parts.add(AGENT + agent));
        return parts.isEmpty() ? "off" : String.join(", ", parts);
    }
}
