// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
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
 * One file {@code etc/io.skep.agent.process-NAME.cfg}. It claims its agent, or its group of agents, while the file is
 * there; a wrong value leaves everything as it was. Called by DS, never by two threads at once.
 */
@Component(
        service = {},
        configurationPid = "io.skep.agent.process",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AgentConfig.class, factory = true)
public final class ProcessAgent {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessAgent.class);

    private final ProcessSupervisor supervisor;
    private final ProcessScaler scaler;
    /** What the last good configuration claimed. */
    private @Nullable Claimed claimed;

    /**
     * An agent, or a group of them.
     *
     * @param isGroup whether there can be several
     */
    private record Claimed(String id, boolean isGroup) {}

    /** Takes the first configuration, if it is good. */
    @Activate
    public ProcessAgent(
            @Reference ProcessSupervisor supervisor, @Reference ProcessScaler scaler, Map<String, Object> properties) {
        this.supervisor = supervisor;
        this.scaler = scaler;
        modified(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        SettingsReader reader = new SettingsReader(supervisor.base(), properties);
        Claimed before = claimed;
        try {
            Claimed now = claim(reader);
            claimed = now;
            if (before != null && !before.equals(now)) {
                release(before, "its configuration has another id now, or stands for another number of agents");
            }
            Set<String> unknown = reader.unknown();
            if (!unknown.isEmpty()) {
                LOG.warn("{}: {} mean nothing here", reader.source(), unknown);
            }
        } catch (BadSetting e) {
            String instead = before == null ? "no agent is added" : "agent " + before.id() + " stays as it was";
            LOG.error("{}: {}; {}", reader.source(), e.getMessage(), instead);
        }
    }

    private Claimed claim(SettingsReader reader) throws BadSetting {
        Settings settings = reader.read();
        Optional<Instances> instances = reader.instances();
        if (instances.isPresent()) {
            scaler.claim(settings.id(), reader, instances.get());
        } else {
            supervisor.claim(prepared(settings), reader.source());
        }
        return new Claimed(settings.id(), instances.isPresent());
    }

    private void release(Claimed what, String reason) {
        if (what.isGroup()) {
            scaler.release(what.id(), reason);
        } else {
            supervisor.release(what.id(), reason);
        }
    }

    /** Returns at once; what still runs is the supervisor's. */
    @Deactivate
    void deactivate(int reason) {
        Claimed last = claimed;
        if (last == null) {
            return;
        }
        if (reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED) {
            release(last, "its configuration was removed");
        } else if (last.isGroup()) {
            scaler.interrupt(last.id());
        } else {
            supervisor.interrupt(last.id());
        }
    }

    /** With its working directory. */
    static Settings prepared(Settings settings) throws BadSetting {
        try {
            Files.createDirectories(settings.directory());
            return settings;
        } catch (IOException e) {
            throw new BadSetting("directory", settings.directory().toString(), "cannot be made: " + e.getMessage());
        }
    }
}
