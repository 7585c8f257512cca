// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import java.io.IOException;

/** A record tells of a later change of a task whose submission is not known. */
public final class UnknownTaskException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownTaskException(String task) {
        super("a change of task " + task + " comes before its submission");
    }
}
