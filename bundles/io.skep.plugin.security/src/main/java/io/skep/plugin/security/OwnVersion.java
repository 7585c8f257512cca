// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** The version of this bundle, which what it writes names as its maker's. */
final class OwnVersion {
    private OwnVersion() {}

    /** As the framework says it, or {@code unknown} where there is none. */
    static String get() {
        Bundle bundle = FrameworkUtil.getBundle(OwnVersion.class);
        return bundle == null ? "unknown" : bundle.getVersion().toString();
    }
}
