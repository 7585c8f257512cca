// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

/**
 * A secret that was just made. It is told this once: what is kept is a hash.
 *
 * @param id of the client or API key
 * @param text what its holder has to present
 */
public record NewSecret(String id, String text) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "NewSecret[id=" + id + "]";
    }
}
