// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs command lines in a server's shell, over SSH with the login that the first start made. */
public final class Shell {
    private static final int NO_CONNECTION = 255;
    private static final Duration UP = Duration.ofSeconds(30);

    private final List<String> ssh;

    /** For a server that was started once. */
    public Shell(SkepServer server) {
        ssh = List.of(
                "ssh",
                "-n",
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-i",
                server.karaf().resolve("etc/skep_login_key").toString(),
                "-p",
                Integer.toString(server.sshPort()),
                "skep@127.0.0.1");
    }

    /**
     * Runs one line and returns what it says.
     *
     * @throws IOException if it fails, or nobody can be reached for half a minute
     */
    public String run(String line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(ssh);
        command.add(line);
        int[] status = new int[1];
        String[] said = new String[1];
        // The shell comes up beside HTTP, perhaps a moment later.
        Poll.until(
                () -> {
                    Process process = new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .start();
                    said[0] = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    status[0] = process.waitFor();
                    return status[0] != NO_CONNECTION;
                },
                UP,
                Duration.ofMillis(500));
        if (status[0] != 0) {
            throw new IOException("\"" + line + "\" in the shell ended with " + status[0] + ": " + said[0].strip());
        }
        return said[0];
    }
}
