// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.io.IOException;

/** What a server says of itself in its metrics. */
public final class Metrics {
    private Metrics() {}

    /**
     * The value of a metric without labels.
     *
     * @throws IOException if there is none of that name
     */
    public static double value(Rig rig, String name) throws IOException, InterruptedException {
        return value(rig.server().client().metrics(), name);
    }

    static double value(String text, String name) throws IOException {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("the server has no metric " + name));
    }
}
