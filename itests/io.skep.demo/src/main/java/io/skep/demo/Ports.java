// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import io.skep.client.SkepServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ports of the demo's server: away from the usual ones, and the same again while its server runs. */
final class Ports {
    private static final int HTTP = 8281;
    private static final int SSH = 8201;
    private static final Pattern FORMAT = Pattern.compile("http=(\\d+) ssh=(\\d+)\\s*");

    private Ports() {}

    /** The server of an instance directory, running or not. */
    static SkepServer serverIn(Path home) throws IOException, InterruptedException {
        Path file = home.resolve("demo.ports");
        if (Files.exists(file)) {
            Matcher matcher = FORMAT.matcher(Files.readString(file));
            if (matcher.matches()) {
                SkepServer earlier =
                        SkepServer.of(home, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
                if (Files.isDirectory(earlier.karaf()) && earlier.pid().isPresent() && earlier.isReady()) {
                    return earlier;
                }
                // Whatever is left of it holds the directory.
                earlier.stop();
            }
        }
        int http = free(HTTP);
        int ssh = free(SSH);
        Files.createDirectories(home);
        Files.writeString(file, "http=" + http + " ssh=" + ssh + System.lineSeparator());
        return SkepServer.of(home, http, ssh);
    }

    private static int free(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (java.net.BindException e) {
            return SkepServer.freePort();
        }
    }
}
