// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import java.util.Objects;

/**
 * One record of a shard's log. Equality is by identity of the bytes; compare {@link #body()} by content.
 *
 * @param seq its number
 * @param body its content, not to be changed
 */
public record LogRecord(long seq, byte[] body) {
    public LogRecord {
        Objects.requireNonNull(body);
    }
}
