// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

import java.util.Objects;

/**
 * The state of a shard after a record. Equality is by identity of the bytes.
 *
 * @param seq the number of the last record it contains
 * @param body its content, not to be changed
 */
public record Snapshot(long seq, byte[] body) {
    public Snapshot {
        Objects.requireNonNull(body);
    }
}
