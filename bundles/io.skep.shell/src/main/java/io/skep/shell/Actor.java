// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import java.security.AccessController;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/**
 * Who acts in a session: who logged in, as Karaf's shell knows it in the thread that runs a command. The session's variables
 * count only where there is no login, as anybody may set them in a session of their own.
 */
final class Actor {
    /** Who vouches for the users of the shell. */
    static final String ISSUER = "karaf";

    private static final String USER = "USER";
    private static final String NOBODY = "shell";

    private Actor() {}

    /** In words for events and histories. */
    static String of(Session session) {
        Object user = user();
        if (user == null) {
            user = session.get(USER);
        }
        return user == null || user.toString().isBlank() ? NOBODY : Printable.line(user) + " (shell)";
    }

    /** As edges name callers: with the roles of the login, and an id that is nobody's of another issuer. */
    static Caller caller() {
        String user = user();
        Principal principal = user == null
                ? new Principal(NOBODY, "service", null, Set.of(), null, ISSUER, null)
                : new Principal(Printable.line(user) + '@' + ISSUER, "human", null, roles(), null, ISSUER, null);
        return new Caller(principal, null, null);
    }

    /** Whether somebody logged in; else the command comes from the server itself, such as a script at its start. */
    static boolean isKnown() {
        return user() != null;
    }

    private static @Nullable String user() {
        return principals(UserPrincipal.class).stream().findFirst().orElse(null);
    }

    private static Set<String> roles() {
        return principals(RolePrincipal.class);
    }

    /** Karaf hands the login over in this way only, and checks its own rules by it. */
    @SuppressWarnings("removal")
    private static Set<String> principals(Class<? extends java.security.Principal> type) {
        Subject subject = Subject.getSubject(AccessController.getContext());
        return subject == null
                ? Set.of()
                : subject.getPrincipals(type).stream()
                        .map(java.security.Principal::getName)
                        .collect(Collectors.toSet());
    }
}
