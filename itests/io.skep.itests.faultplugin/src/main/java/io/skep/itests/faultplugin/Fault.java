// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What goes wrong. */
enum Fault {
    /** Nothing. */
    NONE,
    /** Every call throws. */
    THROWS,
    /** Every call throws for a while, and then no more. */
    THROWS_A_WHILE,
    /** Every call overflows the stack. */
    OVERFLOWS,
    /** Every call keeps its thread, also when interrupted, until the bundle is stopped. */
    HANGS,
    /** No call ends, though no thread is kept. */
    NEVER_ENDS,
    /** Every call takes longer. */
    SLOW,
    /** A thread and a registration with the JDK outlive the bundle. */
    LEAKS,
    /** Every call needs a class that is not in the bundle. */
    MISSING_CLASS,
    /** It says of itself that it cannot serve. */
    UNHEALTHY,
    /** It throws in place of saying how it is. */
    THROWS_IN_HEALTH,
    /** It never says how it is. */
    HANGS_HEALTH,
    /** Its activation throws. */
    FAILS_ACTIVATE,
    /** Its activation never ends. */
    HANGS_ACTIVATE,
    /** Its deactivation ends only when the system property {@code skep.fault.release} is true. */
    HANGS_DEACTIVATE,
    /** Its initialisation fails. */
    FAILS_INITIALISE,
    /** Its initialisation never ends. */
    HANGS_INITIALISE,
    /** Every tenth call fails. */
    WRONG_10,
    /** The first call takes memory until there is none. */
    ALLOCATES;

    /** Its name in manifests and requests. */
    String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Fault> of(String wire) {
        return Arrays.stream(values())
                .filter(fault -> fault.wire().equals(wire))
                .findFirst();
    }
}
