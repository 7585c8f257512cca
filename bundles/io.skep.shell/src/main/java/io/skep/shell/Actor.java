// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import org.apache.karaf.shell.api.console.Session;

/** Who acts in a session, in words for events and histories. */
final class Actor {
    private static final String USER = "USER";

    private Actor() {}

    static String of(Session session) {
        Object user = session.get(USER);
        return user == null || user.toString().isBlank() ? "shell" : Printable.line(user) + " (shell)";
    }
}
