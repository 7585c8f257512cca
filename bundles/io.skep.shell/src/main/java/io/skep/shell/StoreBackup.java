// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Makes a backup. */
@Service
@Command(
        scope = "store",
        name = "backup",
        description = "Copies everything durable while the server works, and prints the steps as they come",
        detailedDescription = """
        The copy has everything that was acknowledged before; ./skep restore brings it back. Ctrl-C stops waiting, not the job.
        Examples:
          store:backup
          store:backup --no-wait before-the-move
        """)
public final class StoreBackup implements Action {
    @Argument(name = "name", description = "Name of its directory; the present time if there is none")
    @Nullable
    String name;

    @Option(name = "--no-wait", description = "Prints the id of the job and does not follow it")
    boolean noWait;

    @Reference
    StoreAdmin store;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        StoreTail.run(store, StoreJob.Kind.BACKUP, name, session, noWait);
        return null;
    }
}
