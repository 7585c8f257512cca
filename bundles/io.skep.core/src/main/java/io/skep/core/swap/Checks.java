// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.core.plugin.Generation;
import io.skep.core.state.PluginRecord;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/** Whether a jar may become a version of a plugin, before anything changes. */
final class Checks {
    private final Parts parts;

    Checks(Parts parts) {
        this.parts = parts;
    }

    /**
     * Looks at a jar.
     *
     * @param wanted the name that the plugin must have, or null
     * @throws Refusal with the reason
     */
    PluginJar check(Path file, @Nullable String wanted) {
        PluginJar jar = JarInspector.inspect(file);
        if (!jar.plugin().matches("[a-z][a-z0-9-]{0,63}")) {
            throw JarInspector.refused("its plugin calls itself \"" + jar.plugin()
                    + "\", which is no name of lower case letters, digits and hyphens");
        }
        if (wanted != null && !wanted.equals(jar.plugin())) {
            throw JarInspector.refused("it is the plugin " + jar.plugin() + ", not " + wanted);
        }
        jar.imports().forEach(this::checkImport);
        checkNames(jar);
        checkVersion(jar);
        return jar;
    }

    private void checkImport(PluginJar.Import wanted) {
        Optional<Version> there = parts.bundles().exported(wanted.packageName());
        if (there.isEmpty() || !range(wanted).includes(there.get())) {
            throw JarInspector.refused("it needs " + wanted.packageName() + " in " + wanted.range()
                    + "; this server has " + there.map(Version::toString).orElse("none"));
        }
    }

    private static VersionRange range(PluginJar.Import wanted) {
        try {
            return new VersionRange(wanted.range());
        } catch (IllegalArgumentException malformed) {
            throw JarInspector.refused("it imports " + wanted.packageName() + " in \"" + wanted.range()
                    + "\", which is no range of versions");
        }
    }

    private void checkNames(PluginJar jar) {
        String symbolicName = jar.build().symbolicName();
        parts.table().all().forEach(record -> {
            PluginRecord.Build build = record.desired();
            if (build == null) {
                return;
            }
            boolean sameBundle = build.symbolicName().equals(symbolicName);
            boolean samePlugin = record.name().equals(jar.plugin());
            if (sameBundle != samePlugin) {
                throw JarInspector.refused("the plugin " + record.name() + " is the bundle " + build.symbolicName()
                        + "; the plugin " + jar.plugin() + " cannot be the bundle " + symbolicName);
            }
        });
        boolean taken = parts.bundles().all().stream()
                .filter(bundle -> bundle.symbolicName().equals(symbolicName))
                .anyMatch(bundle -> !isOf(jar.plugin(), bundle.id()) && !bundle.isOurs());
        if (taken && parts.table().desired(jar.plugin()) == null) {
            throw JarInspector.refused(
                    "a bundle " + symbolicName + " is installed that is no version of the plugin " + jar.plugin());
        }
    }

    private boolean isOf(String plugin, long bundle) {
        return parts.registry().generations(plugin).stream()
                .map(Generation::origin)
                .anyMatch(origin -> origin.bundle() == bundle);
    }

    /** A version is its content: the same one twice would leave open which of them serves. */
    private void checkVersion(PluginJar jar) {
        PluginRecord.Build desired = parts.table().desired(jar.plugin());
        if (desired == null || !desired.version().equals(jar.build().version())) {
            return;
        }
        throw desired.sha256().equals(jar.build().sha256())
                ? Refusal.of(
                        Refusal.Reason.CONFLICT,
                        "jar",
                        "version " + desired.version() + " of " + jar.plugin() + " serves already")
                : JarInspector.refused("version " + desired.version() + " of " + jar.plugin()
                        + " serves already, with another content; give it another version (of a SNAPSHOT too: its"
                        + " qualifier can be a time)");
    }

    /** What an upgrade would do, in words. */
    String plan(PluginJar jar, CanaryRule rule) {
        Optional<Generation> serving = parts.registry().serving(jar.plugin());
        String what = "would install " + jar.build().symbolicName() + " "
                + jar.build().version();
        if (serving.isEmpty()) {
            return what + ", warm it up and let it serve";
        }
        String trial = rule.atMost().isZero()
                ? " and replace " + serving.get().version() + " without a comparison"
                : ", give it " + rule.sharePercent() + " % of the calls until " + rule.calls() + " have ended or "
                        + rule.atMost().toMillis() + " ms are over, and, if it is no worse, replace "
                        + serving.get().version();
        return what + ", warm it up" + trial + ", which has " + serving.get().callsInFlight() + " calls in flight now";
    }
}
