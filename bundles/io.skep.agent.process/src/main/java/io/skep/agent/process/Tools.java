// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.payload.PayloadService;
import io.skep.api.task.AttemptService;
import java.util.Map;

/**
 * What all agents of this bundle share. Every part is thread-safe.
 *
 * @param attempts where starts and progress are told
 * @param payloads inputs and results that are files
 * @param outcomes where ends are told
 * @param workers threads
 * @param retries patience with core
 * @param table who runs on this machine
 * @param killer ends trees
 * @param gate starts programs
 * @param instance names this server in the environment of its programs
 * @param environment of the server
 */
record Tools(
        AttemptService attempts,
        PayloadService payloads,
        Outcomes outcomes,
        Workers workers,
        Retries retries,
        ProcessTable table,
        Killer killer,
        Gate gate,
        String instance,
        Map<String, String> environment) {}
