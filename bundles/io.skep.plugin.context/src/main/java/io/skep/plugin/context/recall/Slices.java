// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.plugin.context.consolidation.Pace;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Works for some milliseconds, then rests until its share of a core is kept. For one thread. */
final class Slices implements Pace {
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int PERCENT = 100;

    private final int cpuPercent;
    private final BooleanSupplier unwanted;
    private long begun = System.nanoTime();

    Slices(int cpuPercent, BooleanSupplier unwanted) {
        this.cpuPercent = cpuPercent;
        this.unwanted = unwanted;
    }

    /** Work begins after a time without. */
    void begin() {
        begun = System.nanoTime();
    }

    @Override
    public void step() {
        if (unwanted.getAsBoolean()) {
            throw new CancellationException("the work is not wanted any more");
        }
        long worked = System.nanoTime() - begun;
        if (worked >= SLICE_NANOS) {
            LockSupport.parkNanos(worked * (PERCENT - cpuPercent) / cpuPercent);
            begun = System.nanoTime();
        }
    }
}
