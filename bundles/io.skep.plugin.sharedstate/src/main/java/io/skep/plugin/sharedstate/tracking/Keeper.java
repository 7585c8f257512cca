// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the trees as documents {@code w:ROOT} and, written after them, how far the events have been read and how long tasks
 * took as {@value #POSITION}, schema {@value #SCHEMA}. What happened after that is read again by whoever goes on, which
 * changes nothing the second time. Only who serves writes. Another schema is neither read nor written over. For one thread.
 */
final class Keeper {
    static final int SCHEMA = 1;
    static final String POSITION = "w.position";
    private static final String PREFIX = "w:";
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final int AT_ONCE = 50;

    private final PluginState state;
    private final Trees trees;
    private final Durations durations;
    private final Codec codec;
    private boolean trial;
    private boolean stale;

    /** How far the events have been read. */
    record Position(String cursor, @Nullable Map<String, Durations.Kept> durations) {}

    /** A tree; names are short since there are many. */
    record KeptTree(String root, String tenant, @Nullable String owner, int missing, List<KeptNode> nodes) {}

    /** A node: id, parent, dependencies, skills, state, times, agent, cause. */
    record KeptNode(
            String i,
            @Nullable String p,
            @Nullable List<String> d,
            @Nullable String k,
            String s,
            long[] t,
            @Nullable String a,
            @Nullable String c) {
        static KeptNode of(Node node) {
            return new KeptNode(
                    node.id(),
                    node.parent(),
                    node.dependsOn().isEmpty() ? null : node.dependsOn(),
                    node.skills().isEmpty() ? null : node.skills(),
                    node.state().wire(),
                    new long[] {node.since(), node.readySince(), node.begunAt()},
                    node.agent(),
                    node.cause());
        }

        Node node() {
            return new Node(
                    i,
                    p,
                    Objects.requireNonNullElse(d, List.of()),
                    Objects.requireNonNullElse(k, ""),
                    TaskState.ofWire(s),
                    t[0],
                    t[1],
                    t[2],
                    a,
                    c);
        }
    }

    Keeper(PluginState state, Trees trees, Durations durations, Codec codec) {
        this.state = state;
        this.trees = trees;
        this.durations = durations;
        this.codec = codec;
    }

    /** Takes over what is kept; where to go on reading, if that is known. */
    Optional<EventCursor> load() {
        trial = state.isTrial();
        for (String key : state.keys().tailSet(PREFIX)) {
            if (!key.startsWith(PREFIX)) {
                break;
            }
            read(key, KeptTree.class)
                    .ifPresent(kept -> trees.restore(new Tree.View(
                            kept.root(),
                            kept.tenant(),
                            kept.owner(),
                            Map.of(),
                            kept.nodes().stream().map(KeptNode::node).toList(),
                            kept.missing())));
        }
        Optional<Position> position = read(POSITION, Position.class);
        position.map(Position::durations).ifPresent(durations::restore);
        return position.map(kept -> EventCursor.parse(kept.cursor()));
    }

    private <T> Optional<T> read(String key, Class<T> type) {
        PluginState.Document document = state.get(key).orElse(null);
        if (document == null || document.schema() != SCHEMA) {
            return Optional.empty();
        }
        try {
            return Optional.of(codec.readKept(document.json(), type));
        } catch (JsonProcessingException | IllegalArgumentException unreadable) {
            LOG.warn("the document {} cannot be read; what it was about is read anew from the events", key, unreadable);
            return Optional.empty();
        }
    }

    /**
     * Writes what has changed, if this version serves.
     *
     * @param at how far the events have been read
     * @param news whether there was any besides what writing this makes
     */
    void look(EventCursor at, boolean news) {
        boolean wasTrial = trial;
        trial = state.isTrial();
        if (trial || !state.isServing()) {
            return;
        }
        if (wasTrial) {
            // What is kept is what the version before has written last.
            trees.changedAll();
        }
        trees.takeGone().forEach(root -> settle(root, state.remove(PREFIX + root)));
        stale |= news || trees.hasChanged();
        trees.takeChanged(AT_ONCE).forEach(tree -> put(PREFIX + tree.root(), kept(tree)));
        if (stale && !trees.hasChanged()) {
            stale = false;
            put(POSITION, new Position(at.toString(), durations.kept()));
        }
    }

    private static KeptTree kept(Tree.View tree) {
        return new KeptTree(
                tree.root(),
                tree.tenant(),
                tree.owner(),
                tree.missing(),
                tree.nodes().stream().map(KeptNode::of).toList());
    }

    private void put(String key, Object value) {
        Optional<PluginState.Document> before = state.get(key);
        if (before.isPresent() && before.get().schema() != SCHEMA) {
            return;
        }
        settle(key, state.put(key, new PluginState.Document(SCHEMA, codec.write(value))));
    }

    private static void settle(String key, CompletionStage<Void> stage) {
        stage.whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.debug("what is tracked as {} could not be kept: {}", key, refused.getMessage());
            }
        });
    }
}
