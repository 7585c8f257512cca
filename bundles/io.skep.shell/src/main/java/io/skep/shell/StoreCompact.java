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

/** Compacts the store. */
@Service
@Command(
        scope = "store",
        name = "compact",
        description = "Gives space that is free within the files of the store back to the disk",
        detailedDescription = """
        The server works on meanwhile. Ctrl-C stops waiting, not the job.
        Examples:
          store:compact
          store:compact --no-wait
        """)
public final class StoreCompact implements Action {

    @Option(name = "--no-wait", description = "Prints the id of the job and does not follow it")
    boolean noWait;

    @Reference
    StoreAdmin store;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        StoreTail.run(store, StoreJob.Kind.COMPACT, null, session, noWait);
        return null;
    }
}
