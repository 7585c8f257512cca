// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Numbers from 0 to below a limit, again and again; one for each thread. */
@State(Scope.Thread)
public class Cycle {
    private int next;

    /** The next number. */
    int next(int limit) {
        int now = next;
        next = now + 1 == limit ? 0 : now + 1;
        return now;
    }
}
