// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

/** Left out of the jar, so that who needs it fails to link. */
final class Absent {
    private Absent() {}

    static int touch() {
        return 1;
    }
}
