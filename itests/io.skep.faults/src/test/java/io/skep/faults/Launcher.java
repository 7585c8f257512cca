// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./skep} for an instance, one command at a time. */
final class Launcher {
    private Launcher() {}

    /** How a command ended. */
    record Answer(int status, String text) {}

    static Answer run(Instance instance, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(0, System.getProperty("skep.run"));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().keySet().removeIf(name -> name.startsWith("SKEP_") || name.startsWith("KARAF_"));
        builder.environment().put("SKEP_HOME", instance.server().home().toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(Instance.START.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end: " + said);
        }
        return new Answer(process.exitValue(), said);
    }
}
