// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginDetail;
import io.skep.core.state.PluginRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last run of the server ended because its heap ran out, which nobody in the same process can contain. The launcher
 * leaves a file that says so. At the next start, before any plugin, the version that is suspected is kept out: the one
 * that was being tried, else the one that was promoted last, if that was shortly before.
 */
final class OutOfMemory {
    private static final Logger LOG = LoggerFactory.getLogger(OutOfMemory.class);
    private static final Duration RECENT = Duration.ofMinutes(10);
    private static final String CORE = "core";
    private static final String DECISIONS = "plugin\\.(promoted|installed|replaced|removed)";

    private final Parts parts;
    private final Path file;

    /** {@code file}: last changed when the server died, absent if it did not die so. */
    OutOfMemory(Parts parts, Path file) {
        this.parts = parts;
        this.file = file;
    }

    /**
     * Keeps the suspect out and takes the file away. Blocks until that is durable, for a bounded time.
     *
     * @param installed the bundles that were there at the end
     */
    void judge(List<Bundles.Installed> installed) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            Instant death = Files.getLastModifiedTime(file).toInstant();
            List<Bundles.Installed> tried =
                    installed.stream().filter(this::isNew).toList();
            if (tried.isEmpty()) {
                judgePromoted(death);
            }
            for (Bundles.Installed bundle : tried) {
                judgeTried(bundle, death);
            }
            Files.delete(file);
        } catch (IOException | SwapFailedException failed) {
            LOG.error("the server ran out of memory, and nothing could be done about it", failed);
        }
    }

    /** Whether it was installed by a swap and never served. */
    private boolean isNew(Bundles.Installed bundle) {
        return bundle.isOurs()
                && parts.table()
                        .all()
                        .flatMap(record ->
                                Stream.concat(Stream.ofNullable(record.desired()), record.previous().stream()))
                        .noneMatch(build -> bundle.is(build.symbolicName(), build.version()));
    }

    /** It goes anyway; a decision about it also keeps its jar from coming back out of {@code deploy/}. */
    private void judgeTried(Bundles.Installed bundle, Instant death) throws SwapFailedException {
        String reason = "the server ran out of memory at " + death + " while " + bundle.version() + " was tried";
        LOG.warn("{}: {}", bundle.symbolicName(), reason);
        String sha256 = bundle.location().substring(bundle.location().lastIndexOf('/') + 1);
        if (!parts.jars().has(sha256)) {
            return;
        }
        String plugin;
        try {
            plugin = JarInspector.inspect(parts.jars().path(sha256)).plugin();
        } catch (Refusal unreadable) {
            LOG.warn("{}: {}", bundle.location(), unreadable.getMessage());
            return;
        }
        write(plugin, "quarantined", bundle.version() + ": " + reason, now -> now);
        write(plugin, "rolled-back", bundle.version() + ", " + reason, now -> now);
    }

    private void judgePromoted(Instant death) throws SwapFailedException {
        PluginRecord record = suspect(parts.table().all(), death).orElse(null);
        PluginRecord.Build bad = record == null ? null : record.desired();
        if (record == null || bad == null) {
            LOG.warn("the server ran out of memory at {}; no plugin is suspected", death);
            return;
        }
        String reason = "the server ran out of memory at " + death + ", soon after " + bad.version() + " was promoted";
        PluginRecord.Build good =
                record.previous().isEmpty() ? null : record.previous().get(0);
        if (good == null || !parts.jars().has(good.sha256())) {
            LOG.warn("plugin {}: {}; it stays, since no version before it is kept", record.name(), reason);
            return;
        }
        LOG.warn("plugin {}: {}; {} comes back", record.name(), reason, good.version());
        write(record.name(), "quarantined", bad.version() + ": " + reason, now -> now);
        write(
                record.name(),
                "promoted",
                bad.version() + " to " + good.version() + ", " + reason,
                now -> now.desiring(good, now.capabilities()).forgetting(bad));
    }

    /**
     * The plugin whose version was promoted last, if that was shortly before. What core brought back by itself had served
     * before, and is not suspected: else each death would take another version away.
     */
    static Optional<PluginRecord> suspect(Stream<PluginRecord> records, Instant death) {
        return records.filter(record -> {
                    PluginDetail.Entry last = lastDecision(record);
                    return last != null
                            && last.event().equals("plugin.promoted")
                            && !last.actor().equals(CORE)
                            && last.at().isAfter(death.minus(RECENT));
                })
                .max(Comparator.comparing(record -> at(lastDecision(record))));
    }

    private static PluginDetail.@Nullable Entry lastDecision(PluginRecord record) {
        return record.history().stream()
                .filter(entry -> entry.event().matches(DECISIONS))
                .reduce((before, after) -> after)
                .orElse(null);
    }

    private static Instant at(PluginDetail.@Nullable Entry entry) {
        return entry == null ? Instant.MIN : entry.at();
    }

    private void write(String plugin, String what, String detail, UnaryOperator<PluginRecord> change)
            throws SwapFailedException {
        Patience.await(
                "the durable record",
                parts.registry().settings().phase(),
                parts.table().happened(plugin, what, CORE, detail, change));
    }
}
