// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import io.skep.api.store.StoreStatus;
import java.io.PrintStream;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Shows how the store stands. */
@Service
@Command(
        scope = "store",
        name = "status",
        description = "Shows how the files of the store stand, and what is or was done with them",
        detailedDescription = """
        Free space within a file is used again; store:compact gives it back to the disk.
        Examples:
          store:status
        """)
public final class StoreStatusCommand implements Action {
    private static final double MIB = 1 << 20;

    @Reference
    StoreAdmin store;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        PrintStream out = session.getConsole();
        StoreStatus status = Answer.of(store.status());
        Facts facts = new Facts(out);
        facts.add("directory", status.directory());
        facts.add("backups", status.backups());
        facts.add("free on the disk", mib(status.diskFreeBytes()));
        for (StoreStatus.File file : status.files()) {
            facts.add(
                    file.name(),
                    mib(file.bytes()) + ", of it free " + mib(file.freeBytes()) + ", write-ahead log "
                            + mib(file.walBytes()));
        }
        for (StoreJob job : store.jobs()) {
            facts.add(job.id(), StoreTail.line(job));
        }
        return null;
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
    }
}
