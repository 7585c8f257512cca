// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.agent.AgentSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An agent's configuration. Immutable.
 *
 * @param spec what the agent says of itself
 * @param command the words of the command line, at least one
 * @param directory working directory of its programs, absolute
 * @param passed names of the server's environment variables that programs see
 * @param fixed environment variables with fixed values
 * @param timeout how long one attempt may take
 * @param outputLimit bytes of standard output that a result may have
 * @param killGrace between asking a program to end and forcing it
 * @param exitCodes what an exit status means
 */
record Settings(
        AgentSpec spec,
        List<String> command,
        Path directory,
        List<String> passed,
        Map<String, String> fixed,
        Duration timeout,
        int outputLimit,
        Duration killGrace,
        ExitCodes exitCodes) {
    Settings {
        command = List.copyOf(command);
        passed = List.copyOf(passed);
        fixed = Map.copyOf(fixed);
    }

    /** {@link AgentSpec#id()}. */
    String id() {
        return spec.id();
    }

    /** The first word of the command: the others may contain what is nobody's business. */
    String program() {
        return command.get(0);
    }
}
