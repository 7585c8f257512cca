// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory that the system has given to a process. */
public final class Rss {
    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB");

    private Rss() {}

    /** The most that a server has had so far; nothing where the system does not tell. */
    public static OptionalDouble peakMegabytes(SkepServer server) throws IOException, InterruptedException {
        OptionalLong pid = server.pid();
        Path status = Path.of("/proc/" + pid.orElse(-1) + "/status");
        if (!Files.isReadable(status)) {
            return OptionalDouble.empty();
        }
        Matcher peak = PEAK.matcher(Files.readString(status));
        return peak.find() ? OptionalDouble.of(Long.parseLong(peak.group(1)) * 1024 / 1e6) : OptionalDouble.empty();
    }
}
