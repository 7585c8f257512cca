// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file {@code etc/io.skep.agent.process-NAME.cfg}. It claims its agent while the file is there; a wrong value leaves
 * everything as it was. Called by DS, never by two threads at once.
 */
@Component(
        service = {},
        configurationPid = "io.skep.agent.process",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AgentConfig.class, factory = true)
public final class ProcessAgent {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessAgent.class);

    private final ProcessSupervisor supervisor;
    /** The agent of the last good configuration. */
    private @Nullable String id;

    /** Takes the first configuration, if it is good. */
    @Activate
    public ProcessAgent(@Reference ProcessSupervisor supervisor, Map<String, Object> properties) {
        this.supervisor = supervisor;
        modified(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        SettingsReader reader = new SettingsReader(supervisor.base(), properties);
        try {
            Settings settings = reader.read();
            prepare(settings);
            supervisor.claim(settings, reader.source());
            String before = id;
            id = settings.id();
            if (before != null && !before.equals(id)) {
                supervisor.release(before, "its configuration has another id now");
            }
            Set<String> unknown = reader.unknown();
            if (!unknown.isEmpty()) {
                LOG.warn("{}: {} mean nothing here", reader.source(), unknown);
            }
        } catch (BadSetting e) {
            String instead = id == null ? "no agent is added" : "agent " + id + " stays as it was";
            LOG.error("{}: {}; {}", reader.source(), e.getMessage(), instead);
        }
    }

    /** Returns at once; what still runs is the supervisor's. */
    @Deactivate
    void deactivate(int reason) {
        if (id != null && reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED) {
            supervisor.release(id, "its configuration was removed");
        } else if (id != null) {
            supervisor.interrupt(id);
        }
    }

    private static void prepare(Settings settings) throws BadSetting {
        try {
            Files.createDirectories(settings.directory());
        } catch (IOException e) {
            throw new BadSetting("directory", settings.directory().toString(), "cannot be made: " + e.getMessage());
        }
    }
}
