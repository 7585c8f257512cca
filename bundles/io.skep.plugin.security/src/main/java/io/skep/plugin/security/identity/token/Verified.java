// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import io.skep.plugin.security.identity.Principal;
import java.time.Duration;

/**
 * A token that was found good.
 *
 * @param principal whose it is
 * @param keep how long that may be remembered without checking again, but never beyond its expiry
 */
public record Verified(Principal principal, Duration keep) {}
