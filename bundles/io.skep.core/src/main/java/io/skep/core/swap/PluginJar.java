// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.core.state.PluginRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * A jar that holds a plugin, as far as can be known without running it.
 *
 * @param file where it is
 * @param plugin the name of the plugin
 * @param build which version
 * @param imports the packages of the api that it imports, each with the range of versions
 */
record PluginJar(Path file, String plugin, PluginRecord.Build build, List<Import> imports) {
    /** A package with the versions of it that do. */
    record Import(String packageName, String range) {}

    PluginJar {
        imports = List.copyOf(imports);
    }
}
