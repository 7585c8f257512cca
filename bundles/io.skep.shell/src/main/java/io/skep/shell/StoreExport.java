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

/** Makes a copy for another store. */
@Service
@Command(
        scope = "store",
        name = "export",
        description = "Copies everything durable for a store of another kind, and takes no changes any more",
        detailedDescription = """
        From the beginning every change is refused, so that the copy has everything that was acknowledged; until the server is
        started anew, changes to another store, or the export fails. store:import takes it over.
        Examples:
          store:export
          store:export --no-wait to-postgres
        """)
public final class StoreExport implements Action {
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
        StoreTail.run(store, StoreJob.Kind.EXPORT, name, session, noWait);
        return null;
    }
}
