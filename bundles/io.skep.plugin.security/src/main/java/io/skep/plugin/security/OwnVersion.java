// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.jar.Manifest;

/** The version of this bundle, which what it writes names as its maker's. */
final class OwnVersion {
    private OwnVersion() {}

    /** As the manifest says it. */
    static String get() {
        try (InputStream in = OwnVersion.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
            String version =
                    in == null ? null : new Manifest(in).getMainAttributes().getValue("Bundle-Version");
            return version == null ? "unknown" : version;
        } catch (IOException e) {
            throw new UncheckedIOException("the manifest of the bundle cannot be read", e);
        }
    }
}
