// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Access;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.karaf.shell.api.console.Registry;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that plugins bring: while a capability can be called, each of its operations that asks for a name in the
 * shell has it. A name that is taken is left alone; among plugins whoever came first has it, and the next one gets it
 * when that one goes. Thread-safe; calls no plugin.
 */
@Component(service = BroughtCommands.class, immediate = true)
public final class BroughtCommands {
    private static final Logger LOG = LoggerFactory.getLogger(BroughtCommands.class);

    private final Registry registry;
    private final Orchestrator orchestrator;
    private final Access access;
    private final List<Capability> present = new ArrayList<>();
    private final Map<String, Brought> commands = new HashMap<>();
    private final Set<String> skipped = new HashSet<>();
    private boolean closed;

    private record Brought(Capability by, BroughtCommand command) {}

    /** Registers with Karaf's shell; capabilities are bound afterwards. */
    @Activate
    public BroughtCommands(
            @Reference SessionFactory sessions, @Reference Orchestrator orchestrator, @Reference Access access) {
        registry = sessions.getRegistry();
        this.orchestrator = orchestrator;
        this.access = access;
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.MULTIPLE)
    synchronized void bindCapability(Capability capability) {
        present.add(capability);
        settle();
    }

    synchronized void unbindCapability(Capability capability) {
        present.remove(capability);
        settle();
    }

    /** Takes every command away again. */
    @Deactivate
    synchronized void close() {
        closed = true;
        present.clear();
        settle();
    }

    /** Makes the registry agree with what is there: first what goes, so that its names are free for what stays. */
    private void settle() {
        for (Iterator<Brought> all = commands.values().iterator(); all.hasNext(); ) {
            Brought brought = all.next();
            if (!present.contains(brought.by())) {
                all.remove();
                registry.unregister(brought.command());
            }
        }
        Set<String> wanted = new HashSet<>();
        for (Capability capability : present) {
            for (Operation operation : capability.operations()) {
                String name = operation.shellCommand();
                if (name != null) {
                    wanted.add(name);
                    offer(capability, operation, name);
                }
            }
        }
        skipped.retainAll(wanted);
    }

    private void offer(Capability capability, Operation operation, String name) {
        Brought mine = commands.get(name);
        if (closed || (mine != null && mine.by().equals(capability))) {
            return;
        }
        BroughtCommand command = new BroughtCommand(capability.id(), operation, name, orchestrator, access);
        if (registry.getCommand(command.getScope(), command.getName()) == null) {
            skipped.remove(name);
            commands.put(name, new Brought(capability, command));
            registry.register(command);
        } else if (skipped.add(name)) {
            LOG.warn("{} asks for the command {}, which there is already: skipped", capability.id(), name);
        }
    }
}
