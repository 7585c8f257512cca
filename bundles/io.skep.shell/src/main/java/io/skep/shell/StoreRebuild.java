// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Rebuilds the projection. */
@Service
@Command(
        scope = "store",
        name = "rebuild",
        description = "Writes what is listed and searched anew from the log",
        detailedDescription = """
        Lists go on meanwhile. Ctrl-C stops waiting, not the job.
        Examples:
          store:rebuild
          store:rebuild --no-wait
        """)
public final class StoreRebuild implements Action {

    @Option(name = "--no-wait", description = "Prints the id of the job and does not follow it")
    boolean noWait;

    @Reference
    StoreAdmin store;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        StoreTail.run(store, StoreJob.Kind.REBUILD, null, session, noWait);
        return null;
    }
}
