// SPDX-License-Identifier: Apache-2.0
package io.skep.core.flags;

import io.skep.api.Refusal;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags;
import io.skep.api.plugin.Capability;
import io.skep.core.engine.Engine;
import io.skep.core.plugin.PluginRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flags in force. The truth is the file: setting one here writes the file first; an edit of the file arrives by
 * Config Admin, and then the file is read again, so that a late word about an older content changes nothing. A wrong
 * value is refused by name, and the last good one of that key stays. Thread-safe.
 */
public final class FlagTable implements Flags {
    /** The key of legacy mode in the file. */
    public static final String LEGACY = "legacy.mode";

    private static final Logger LOG = LoggerFactory.getLogger(FlagTable.class);
    private static final String FILE_EDITED = "io.skep.flags.cfg";
    private static final int MAX_RULES = 1000;

    private final FlagsFile file;
    private final PluginRegistry registry;
    private final Engine engine;
    private Map<String, FlagRule> rules = Map.of();
    private boolean legacy;

    /** Over a file, which need not exist. */
    public FlagTable(Path file, PluginRegistry registry, Engine engine) {
        this.file = new FlagsFile(file);
        this.registry = registry;
        this.engine = engine;
    }

    /** Takes over what the file says. */
    public void fileChanged() {
        synchronized (this) {
            try {
                take(file.read(), FILE_EDITED);
            } catch (IOException | IllegalArgumentException e) {
                LOG.error("configuration io.skep.flags cannot be read, the flags stay as they are: {}", e.toString());
            }
        }
        registry.announce();
    }

    /** Takes over values that are in no file. */
    public void configured(Map<String, String> values, String actor) {
        synchronized (this) {
            take(values, actor);
        }
        registry.announce();
    }

    private void take(Map<String, String> values, String actor) {
        Map<String, FlagRule> next = new TreeMap<>();
        boolean nextLegacy = false;
        for (Map.Entry<String, String> entry : values.entrySet()) {
            String key = entry.getKey();
            try {
                if (key.equals(LEGACY)) {
                    nextLegacy = isOn(entry.getValue());
                } else {
                    next.put(checked(key), FlagRule.parse(entry.getValue()));
                }
            } catch (IllegalArgumentException wrong) {
                LOG.error(
                        "configuration io.skep.flags: {} = {} is refused: {}; the last good value stays",
                        key,
                        entry.getValue(),
                        wrong.getMessage());
                if (key.equals(LEGACY)) {
                    nextLegacy = legacy;
                } else if (rules.containsKey(key)) {
                    next.put(key, rules.get(key));
                }
            }
        }
        if (next.size() > MAX_RULES) {
            LOG.error(
                    "configuration io.skep.flags has {} rules, more than {}; the flags stay as they are",
                    next.size(),
                    MAX_RULES);
        } else {
            apply(next, nextLegacy, actor);
        }
    }

    private static String checked(String capability) {
        if (!capability.matches("[a-z][a-z0-9_]{0,63}")) {
            throw new IllegalArgumentException("there is no such capability");
        }
        return capability;
    }

    private static boolean isOn(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw new IllegalArgumentException("it is on or off");
        };
    }

    private void apply(Map<String, FlagRule> next, boolean nextLegacy, String actor) {
        Map<String, FlagRule> before = rules;
        boolean legacyBefore = legacy;
        rules = Map.copyOf(next);
        legacy = nextLegacy;
        registry.flags(rules, legacy);
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(rules.keySet());
        for (String capability : changed) {
            FlagRule old = before.getOrDefault(capability, FlagRule.ON);
            FlagRule now = rules.getOrDefault(capability, FlagRule.ON);
            if (!old.equals(now)) {
                changed(capability, old.toString(), now.toString(), actor);
            }
        }
        if (legacyBefore != legacy) {
            changed(LEGACY, legacyBefore ? "on" : "off", legacy ? "on" : "off", actor);
        }
    }

    private void changed(String subject, String old, String now, String actor) {
        LOG.info("flag {} is {} (was {}), by {}", subject, now, old, actor);
        engine.ask(turn -> {
            turn.note("flag.changed", subject, "from " + old + " to " + now + ", by " + actor);
            return true;
        });
    }

    @Override
    public synchronized List<Flag> list() {
        Set<String> offered =
                registry.offered().stream().map(Capability::id).collect(Collectors.toCollection(TreeSet::new));
        Set<String> all = new TreeSet<>(offered);
        all.addAll(rules.keySet());
        List<Flag> flags = new ArrayList<>();
        all.forEach(id -> flags.add(new Flag(id, rules.getOrDefault(id, FlagRule.ON), offered.contains(id))));
        return flags;
    }

    @Override
    public CompletionStage<Flag> set(String capability, FlagRule rule, String actor) {
        try {
            checked(capability);
        } catch (IllegalArgumentException wrong) {
            return CompletableFuture.failedFuture(Refusal.invalid("capability", "there is no such capability"));
        }
        return write(capability, rule.equals(FlagRule.ON) ? null : rule.toString(), () -> {
            Map<String, FlagRule> next = new TreeMap<>(rules);
            if (rule.equals(FlagRule.ON)) {
                next.remove(capability);
            } else {
                next.put(capability, rule);
            }
            apply(next, legacy, actor);
            boolean offered = registry.offered().stream().anyMatch(c -> c.id().equals(capability));
            return new Flag(capability, rule, offered);
        });
    }

    @Override
    public synchronized boolean legacyMode() {
        return legacy;
    }

    @Override
    public CompletionStage<Boolean> setLegacyMode(boolean on, String actor) {
        return write(LEGACY, on ? "on" : null, () -> {
            apply(rules, on, actor);
            return on;
        });
    }

    private interface Applying<T> {
        T apply();
    }

    private <T> CompletionStage<T> write(String key, @Nullable String value, Applying<T> applying) {
        return CompletableFuture.supplyAsync(() -> writeNow(key, value, applying), engine.readers());
    }

    private <T> T writeNow(String key, @Nullable String value, Applying<T> applying) {
        T applied;
        synchronized (this) {
            if (value != null && !rules.containsKey(key) && !key.equals(LEGACY) && rules.size() >= MAX_RULES) {
                throw Refusal.of(
                        Refusal.Reason.CONFLICT, "capability", "there are " + MAX_RULES + " rules already, the most");
            }
            try {
                file.set(key, value);
            } catch (IOException e) {
                throw Refusal.of(
                        Refusal.Reason.UNAVAILABLE,
                        "the flag is not set, its file cannot be written: " + e.getMessage());
            }
            applied = applying.apply();
        }
        registry.announce();
        return applied;
    }
}
