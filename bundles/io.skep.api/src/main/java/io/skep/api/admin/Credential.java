// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request shows of who makes it.
 *
 * @param token the bearer token, or null if there is none
 * @param address of the machine that it comes from, as text
 * @param isLocal whether it came in by a loopback address of this machine
 * @param call what is called, in words for the audit: for instance {@code GET /api/v1/tasks/{id}}
 */
public record Credential(@Nullable String token, String address, boolean isLocal, String call) {
    public Credential {
        Objects.requireNonNull(address);
        Objects.requireNonNull(call);
    }

    /** Not the token: what is logged must not let anybody in. */
    @Override
    public String toString() {
        return "Credential[" + (token == null ? "none" : "hidden") + ", " + address + ", " + call + "]";
    }
}
