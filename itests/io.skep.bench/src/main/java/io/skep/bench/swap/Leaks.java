// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Jcmd;
import io.skep.client.Poll;
import java.io.IOException;
import java.time.Duration;

/** Class loaders of bundles that are still there although their bundles are gone. */
final class Leaks {
    private static final String LOADER = "org.apache.felix.framework.BundleWiringImpl$BundleClassLoader";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Jcmd jcmd;
    private final long before;

    private Leaks(Jcmd jcmd, long before) {
        this.jcmd = jcmd;
        this.before = before;
    }

    /** Counts the loaders of the bundles that are there now. */
    static Leaks before(Jcmd jcmd) throws IOException, InterruptedException {
        return new Leaks(jcmd, jcmd.instances(LOADER));
    }

    /** How many more there are now, with as many bundles. What the last call still holds is given half a minute. */
    long leaked() throws IOException, InterruptedException {
        long[] now = new long[1];
        Poll.until(
                () -> {
                    now[0] = jcmd.instances(LOADER);
                    return now[0] <= before;
                },
                PATIENCE,
                Duration.ofSeconds(1));
        return Math.max(0, now[0] - before);
    }
}
