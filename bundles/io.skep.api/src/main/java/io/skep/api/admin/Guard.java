// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.plugin.Capabilities;
import java.util.List;

/**
 * What decides and records, which only those may change who may set the policy: else whoever looks after plugins and flags
 * could take away what holds them to that.
 */
public final class Guard {
    /** The name of the plugin. */
    public static final String PLUGIN = "security";

    /** Its capabilities; without each of them nobody is let in where it is required. */
    public static final List<String> CAPABILITIES =
            List.of(Capabilities.OAUTH_AUTH, Capabilities.RBAC_ENFORCEMENT, Capabilities.AUDIT_LOGGING);

    /** What a caller must be allowed besides, to change any of it. */
    public static final Intent INTENT = Intent.to("update", "policy");

    /** The flag that switches off whatever plugins offer. */
    public static final String LEGACY_MODE = "legacy.mode";

    private Guard() {}

    /** Whether that is the plugin. */
    public static boolean isPlugin(String name) {
        return name.equals(PLUGIN);
    }

    /** Whether that flag switches any of the capabilities off; legacy mode does so with all that there are. */
    public static boolean isFlag(String name) {
        return name.equals(LEGACY_MODE) || CAPABILITIES.contains(name);
    }
}
