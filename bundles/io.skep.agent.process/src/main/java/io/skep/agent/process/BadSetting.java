// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

/** A configured value that cannot be used. */
final class BadSetting extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param property its name
     * @param value as it was given, or words in its place where it may be a secret
     * @param why what is wrong with it
     */
    BadSetting(String property, String value, String why) {
        super(property + " = " + value + ": " + why, null, false, false);
    }
}
