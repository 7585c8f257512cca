// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import io.skep.client.SkepServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Processor time so far, to 10 ms.
 *
 * @param seconds on the clock
 * @param server seconds that the server's process has used
 * @param client seconds that this process has used
 */
public record Cpu(double seconds, double server, double client) {
    /** Up to now. */
    public static Cpu now(SkepServer server) throws IOException, InterruptedException {
        double used = seconds(ProcessHandle.of(pid(server)));
        return new Cpu(System.nanoTime() / 1e9, used, seconds(Optional.of(ProcessHandle.current())));
    }

    /** What came after {@code before}. */
    public Cpu since(Cpu before) {
        return new Cpu(seconds - before.seconds, server - before.server, client - before.client);
    }

    private static long pid(SkepServer server) throws IOException, InterruptedException {
        return server.pid()
                .orElseThrow(() ->
                        new IOException("The server has ended; see start.log and karaf/data/log in " + server.home()));
    }

    private static double seconds(Optional<ProcessHandle> process) {
        return process.flatMap(p -> p.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }
}
