// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What came back. Not to be changed.
 *
 * @param status of HTTP
 * @param retryAfter the header of that name as it was sent, or null
 * @param body as it was sent, perhaps empty
 */
public record Reply(int status, @Nullable String retryAfter, byte[] body) {
    /** Whether it was done. */
    public boolean isGood() {
        return status < 400;
    }

    /** Status and body, for people. */
    public String text() {
        return status + " " + new String(body, StandardCharsets.UTF_8);
    }
}
