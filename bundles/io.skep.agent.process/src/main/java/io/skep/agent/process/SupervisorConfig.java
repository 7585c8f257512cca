// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The properties that tools show; {@link ProcessSupervisor} reads them. */
@ObjectClassDefinition(name = "Skep local programs", description = "What all agents that are local programs share.")
@interface SupervisorConfig {
    long FORGOTTEN_AFTER_MILLIS = 2_000;
    long MAX_FORGOTTEN_AFTER_MILLIS = 600_000;

    @AttributeDefinition(
            required = false,
            description = "Milliseconds after the start until agents whose file was removed while the server was down "
                    + "are removed, 0 to 600000. Read at the start.")
    long forgotten_after_millis() default FORGOTTEN_AFTER_MILLIS;
}
