// SPDX-License-Identifier: Apache-2.0
package io.skep.api;

import java.time.Instant;
import java.util.Objects;

/**
 * An operating system process on the server's machine, identified so that a reused pid is not mistaken for it.
 *
 * @param pid the process id
 * @param startedAt when the operating system says that it started, in its own resolution
 */
public record LocalProgram(long pid, Instant startedAt) {
    public LocalProgram {
        Objects.requireNonNull(startedAt);
    }
}
