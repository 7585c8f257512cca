// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.yaml;

import io.skep.plugin.base.Declination;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Plain YAML only: what JSON could say as well. Aliases, anchors and tags are refused before anything is built from them,
 * and so is what is too long, too deep or of too many parts.
 */
public final class Yaml {
    private static final int MOST_SHOWN = 120;

    /**
     * How much there may be.
     *
     * @param what the text is, in the sentence that refuses it
     * @param chars of the text
     * @param parts names, values, beginnings and ends
     * @param levels of lists and maps in each other
     */
    public record Limits(String what, int chars, int parts, int levels) {}

    private Yaml() {}

    /**
     * What the text says: maps by text, lists, texts, numbers, booleans, or null.
     *
     * @throws Declination in a sentence that says what is wrong
     */
    public static @Nullable Object read(String yaml, Limits limits) {
        if (yaml.length() > limits.chars()) {
            throw new Declination(limits.what() + " has more than " + limits.chars() + " characters");
        }
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .setMaxAliasesForCollections(0)
                .setCodePointLimit(limits.chars())
                .setUseMarks(false)
                .build();
        try {
            check(new Parse(settings).parseString(yaml), limits);
            return plain(new Load(settings).loadFromString(yaml));
        } catch (YamlEngineException wrong) {
            throw new Declination(limits.what() + " is not valid YAML: " + line(String.valueOf(wrong.getMessage())));
        } catch (StackOverflowError deep) {
            throw new Declination(limits.what() + " is too deep");
        }
    }

    private static void check(Iterable<Event> events, Limits limits) {
        int count = 0;
        int depth = 0;
        for (Event event : events) {
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (++count > limits.parts() || depth > limits.levels()) {
                throw new Declination(limits.what() + " has more than " + limits.parts() + " parts or "
                        + limits.levels() + " levels");
            }
            if (event instanceof AliasEvent
                    || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
                throw new Declination(limits.what() + " must not have anchors or aliases");
            }
            boolean tagged =
                    (event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
                            || (event instanceof CollectionStartEvent start
                                    && start.getTag().isPresent());
            if (tagged) {
                throw new Declination(limits.what() + " must not have tags");
            }
        }
    }

    /** The same with names that are texts. */
    private static @Nullable Object plain(@Nullable Object loaded) {
        if (loaded instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> named = new LinkedHashMap<>();
            map.forEach((name, value) -> named.put(String.valueOf(name), plain(value)));
            return named;
        }
        return loaded instanceof List<?> list ? list.stream().map(Yaml::plain).toList() : loaded;
    }

    private static String line(String text) {
        String line = text.substring(0, Math.min(text.length(), MOST_SHOWN * 2));
        line = line.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]+", " ").strip();
        return line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN - 1) + '…' : line;
    }
}
