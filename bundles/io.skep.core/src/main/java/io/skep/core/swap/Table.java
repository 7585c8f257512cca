// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.PluginDetail;
import io.skep.core.engine.Engine;
import io.skep.core.state.PluginRecord;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The durable table of which version of each plugin shall serve. Every change of it is an event, and so is what is only
 * noted. Thread-safe; reads answer from memory, changes complete when they are durable.
 */
final class Table {
    private static final int MAX_DETAIL = 1000;

    private final Engine engine;

    Table(Engine engine) {
        this.engine = engine;
    }

    Optional<PluginRecord> find(String plugin) {
        return Optional.ofNullable(engine.state().shardOfPlugin(plugin).plugin(plugin));
    }

    Stream<PluginRecord> all() {
        return engine.state().shards().stream().flatMap(shard -> shard.plugins().stream());
    }

    /**
     * Something happened, which belongs to the plugin's history.
     *
     * @param what the event's type without {@code plugin.}
     */
    CompletionStage<PluginRecord> happened(
            String plugin, String what, String actor, String detail, UnaryOperator<PluginRecord> change) {
        String brief = brief(detail);
        return engine.ask(turn -> {
            PluginRecord before = turn.state().shardOfPlugin(plugin).plugin(plugin);
            PluginRecord after = change.apply(before == null ? PluginRecord.unknown(plugin) : before)
                    .with(new PluginDetail.Entry(turn.now(), "plugin." + what, actor, brief));
            turn.put(after, what);
            return after;
        });
    }

    /** A swap has reached a phase: an event, and no more. */
    void noted(String plugin, String what, String detail) {
        engine.ask(turn -> {
            turn.note("plugin." + what, plugin, brief(detail));
            return true;
        });
    }

    /** The hashes of all jars that may have to be installed again. */
    Set<String> jars() {
        return all().flatMap(record -> Stream.concat(Stream.ofNullable(record.desired()), record.previous().stream()))
                .filter(PluginRecord.Build::isKept)
                .map(PluginRecord.Build::sha256)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** The version that shall serve, or null. */
    PluginRecord.@Nullable Build desired(String plugin) {
        return find(plugin).map(PluginRecord::desired).orElse(null);
    }

    private static String brief(String detail) {
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL - 1) + "…";
    }
}
