// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML, and so JSON, into maps, lists and texts and nothing else: no value has a type, so none is guessed. Aliases,
 * anchors, tags, repeated names and second documents are refused, and so is what exceeds the limits, before anything is
 * built from it. It keeps its own stack, so depth costs no stack of the thread. Used once.
 */
final class PlainYaml {
    private static final int MOST_SHOWN = 160;

    private final PolicyLimits limits;
    private final Deque<Frame> open = new ArrayDeque<>();
    private @Nullable Object root;
    private int parts;
    private int documents;

    /** A list or map that has not ended, with the name that waits for its value. */
    private static final class Frame {
        final String path;
        final Map<String, Object> map = new LinkedHashMap<>();
        final List<Object> list = new ArrayList<>();
        final boolean named;

        @Nullable
        String name;

        Frame(String path, boolean named) {
            this.path = path;
            this.named = named;
        }

        Object value() {
            return named ? map : list;
        }

        String next() {
            if (!named) {
                return path + '[' + list.size() + ']';
            }
            return path.isEmpty() ? String.valueOf(name) : path + '.' + name;
        }
    }

    private PlainYaml(PolicyLimits limits) {
        this.limits = limits;
    }

    /**
     * What the text says: a map by text, a list, or a text; an empty map for an empty text.
     *
     * @throws PolicyException if it is not valid, not plain, or too much
     */
    static Object read(String text, PolicyLimits limits) {
        if (text.length() > limits.characters()) {
            throw new PolicyException("", "has more than " + limits.characters() + " characters");
        }
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(limits.characters())
                .setUseMarks(true)
                .build();
        PlainYaml reader = new PlainYaml(limits);
        try {
            new Parse(settings).parseString(text).forEach(reader::take);
        } catch (YamlEngineException wrong) {
            throw new PolicyException("", "is not valid YAML: " + line(String.valueOf(wrong.getMessage())));
        }
        return reader.root == null ? Map.of() : reader.root;
    }

    private void take(Event event) {
        Frame frame = open.peek();
        String path = frame == null ? "" : frame.next();
        if (event instanceof AliasEvent
                || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
            throw new PolicyException(path, "must not have anchors or aliases");
        }
        if (event instanceof DocumentStartEvent && ++documents > 1) {
            throw new PolicyException("", "is more than one document");
        }
        if (event instanceof ScalarEvent scalar) {
            count(path);
            untagged(path, scalar.getTag().isPresent());
            scalar(frame, scalar.getValue());
        } else if (event instanceof CollectionStartEvent start) {
            count(path);
            untagged(path, start.getTag().isPresent());
            begin(frame, path, event instanceof MappingStartEvent);
        } else if (event instanceof CollectionEndEvent) {
            Frame ended = open.pop();
            put(open.peek(), ended.value());
        }
    }

    private void count(String path) {
        if (++parts > limits.parts()) {
            throw new PolicyException(path, "more than " + limits.parts() + " parts in all");
        }
    }

    private static void untagged(String path, boolean tagged) {
        if (tagged) {
            throw new PolicyException(path, "must not have tags");
        }
    }

    private void begin(@Nullable Frame frame, String path, boolean named) {
        if (frame != null && frame.named && frame.name == null) {
            throw new PolicyException(frame.path, "a name must be a text");
        }
        if (open.size() >= limits.levels()) {
            throw new PolicyException(path, "more than " + limits.levels() + " levels");
        }
        open.push(new Frame(path, named));
    }

    private void scalar(@Nullable Frame frame, String value) {
        if (frame == null || !frame.named || frame.name != null) {
            put(frame, value);
        } else if (frame.map.containsKey(value)) {
            throw new PolicyException(frame.path, "\"" + line(value) + "\" is there twice");
        } else {
            frame.name = value;
        }
    }

    private void put(@Nullable Frame frame, Object value) {
        if (frame == null) {
            // An empty document is an empty scalar.
            root = "".equals(value) ? null : value;
        } else if (frame.name == null) {
            frame.list.add(value);
        } else {
            frame.map.put(frame.name, value);
            frame.name = null;
        }
    }

    /** One line of at most {@value #MOST_SHOWN} characters, whatever the document says. */
    static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(MOST_SHOWN)
                .map(point -> Character.isLetterOrDigit(point) || (point > ' ' && point < 0x7f) ? point : ' ')
                .forEach(line::appendCodePoint);
        return line.toString().strip();
    }
}
