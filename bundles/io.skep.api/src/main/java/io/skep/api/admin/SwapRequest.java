// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A new version of a plugin to bring in.
 *
 * @param plugin the name that it must have, or null for whatever it says of itself
 * @param jar the bundle
 * @param canary how it is compared with the old version
 * @param dryRun whether it is only checked
 * @param actor who asks for it
 */
public record SwapRequest(@Nullable String plugin, Path jar, CanaryRule canary, boolean dryRun, String actor) {
    public SwapRequest {
        Objects.requireNonNull(jar);
        Objects.requireNonNull(canary);
        Objects.requireNonNull(actor);
    }
}
