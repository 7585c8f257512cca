// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.admin.PluginDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is durable of a plugin: which version of it shall serve, which can be brought back, and what happened to it.
 *
 * @param name of the plugin
 * @param desired the version that shall serve, or null if the plugin was taken away
 * @param previous versions that served before, newest first
 * @param capabilities the ids that the desired version offers
 * @param history what happened, oldest first
 * @param cause what happened last, in words
 */
public record PluginRecord(
        String name,
        @Nullable Build desired,
        List<Build> previous,
        List<String> capabilities,
        List<PluginDetail.Entry> history,
        String cause) {
    /** How many versions before the desired one are kept. */
    public static final int MAX_PREVIOUS = 3;

    private static final int MAX_HISTORY = 50;

    /**
     * One version of a plugin.
     *
     * @param symbolicName of its bundle
     * @param version of its bundle
     * @param sha256 of its jar, under which core keeps it; empty if somebody else installed the bundle
     */
    public record Build(String symbolicName, String version, String sha256) {
        public Build {
            Objects.requireNonNull(symbolicName);
            Objects.requireNonNull(version);
            Objects.requireNonNull(sha256);
        }

        /** Whether core has the jar and can install it again. */
        public boolean isKept() {
            return !sha256.isEmpty();
        }

        /** Whether it is of that bundle and version. */
        public boolean is(String otherSymbolicName, String otherVersion) {
            return symbolicName.equals(otherSymbolicName) && version.equals(otherVersion);
        }
    }

    public PluginRecord {
        Objects.requireNonNull(name);
        Objects.requireNonNull(cause);
        previous = List.copyOf(previous);
        capabilities = List.copyOf(capabilities);
        history = List.copyOf(history);
    }

    /** A plugin that was never heard of. */
    public static PluginRecord unknown(String name) {
        return new PluginRecord(name, null, List.of(), List.of(), List.of(), "");
    }

    /** This plugin after something has happened to it. */
    public PluginRecord with(PluginDetail.Entry entry) {
        List<PluginDetail.Entry> longer = new ArrayList<>(history);
        longer.add(entry);
        List<PluginDetail.Entry> kept = longer.subList(Math.max(0, longer.size() - MAX_HISTORY), longer.size());
        return new PluginRecord(name, desired, previous, capabilities, kept, entry.detail());
    }

    /** This plugin with another version that shall serve; the one before can be brought back if its jar is kept. */
    public PluginRecord desiring(@Nullable Build build, List<String> offered) {
        List<Build> before = new ArrayList<>(previous);
        if (desired != null && desired.isKept() && !desired.equals(build)) {
            before.add(0, desired);
        }
        before.remove(build);
        List<Build> kept = before.subList(0, Math.min(MAX_PREVIOUS, before.size()));
        return new PluginRecord(name, build, kept, offered, history, cause);
    }

    /** This plugin without the versions before that are not to be brought back. */
    public PluginRecord forgetting(Build build) {
        List<Build> left = new ArrayList<>(previous);
        left.remove(build);
        return new PluginRecord(name, desired, left, capabilities, history, cause);
    }

    /** This plugin with the versions that it had before; what happened since stays in its history. */
    public PluginRecord asBefore(PluginRecord before) {
        return new PluginRecord(name, before.desired, before.previous, before.capabilities, history, cause);
    }
}
