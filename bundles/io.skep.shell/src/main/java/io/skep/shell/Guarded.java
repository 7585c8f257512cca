// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Guard;

/** What decides about callers is changed by administrators only, whatever the rules of the shell say of the command. */
final class Guarded {
    private static final String ADMIN = "admin";

    private Guarded() {}

    /** Fails the command if it would change that plugin and who logged in is no administrator. */
    static void plugin(String name) throws CommandFailed {
        check(Guard.isPlugin(name), "the plugin " + name);
    }

    /** Fails the command if it would set such a flag and who logged in is no administrator. */
    static void flag(String name) throws CommandFailed {
        check(Guard.isFlag(name), "the flag " + name);
    }

    private static void check(boolean isGuarded, String what) throws CommandFailed {
        if (isGuarded && Actor.isKnown() && !Actor.caller().principal().roles().contains(ADMIN)) {
            throw new CommandFailed(what + " decides about callers, so only the role " + ADMIN + " may change it");
        }
    }
}
