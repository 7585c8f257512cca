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

/** Keeps an export for the next empty store. */
@Service
@Command(
        scope = "store",
        name = "import",
        description = "Keeps an export for the next empty store that opens here, which is given everything in it",
        detailedDescription = """
        Checks it and keeps a copy. Then change to the other store, for instance by kind = postgres in etc/io.skep.store.cfg.
        Examples:
          store:import /srv/skep/.skep/backups/to-postgres
        """)
public final class StoreImport implements Action {
    @Argument(name = "directory", description = "The absolute path of the export", required = true)
    String directory = "";

    @Option(name = "--no-wait", description = "Prints the id of the job and does not follow it")
    boolean noWait;

    @Reference
    StoreAdmin store;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        StoreTail.run(store, StoreJob.Kind.IMPORT, directory, session, noWait);
        return null;
    }
}
