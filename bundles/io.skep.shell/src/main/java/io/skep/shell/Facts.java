// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Prints one fact a line; what is null or empty is left out. */
final class Facts {
    private final PrintStream out;

    Facts(PrintStream out) {
        this.out = out;
    }

    void add(String name, @Nullable Object value) {
        if (value != null && !value.toString().isEmpty()) {
            out.println(name + ": " + Printable.line(value));
        }
    }
}
