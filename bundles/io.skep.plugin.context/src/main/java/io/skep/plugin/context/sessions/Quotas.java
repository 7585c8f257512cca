// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.plugin.base.Declination;
import io.skep.plugin.context.journal.Meta;
import java.util.function.IntSupplier;

/** What is too much; each check throws a {@link Declination} that names the limit. */
final class Quotas {
    private Quotas() {}

    static void checkOpen(Meta meta) {
        if (meta.closedAt() != null) {
            throw new Declination("session " + meta.id() + " is closed and takes no items");
        }
    }

    static void checkSessions(SessionSettings settings, String agent, int all, IntSupplier ofAgent) {
        if (all >= settings.sessions()) {
            throw new Declination(
                    "there are " + settings.sessions() + " sessions, and no more are kept; erase some (sessions)");
        }
        if (ofAgent.getAsInt() >= settings.ofAgent()) {
            throw new Declination("agent " + agent + " has " + settings.ofAgent()
                    + " sessions, and no more are kept of one; erase some (sessions.agent)");
        }
    }

    static void checkItems(SessionSettings settings, long items) {
        if (items > settings.items()) {
            throw new Declination("a session takes at most " + settings.items() + " items (session.items)");
        }
    }

    static void checkBytes(SessionSettings settings, long bytes) {
        if (bytes > settings.bytes()) {
            throw new Declination(
                    "the file of a session has at most " + (settings.bytes() >> 20) + " megabytes (session.megabytes)");
        }
    }
}
