// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How deep something is thought about, in ascending order. */
public enum Depth {
    /** Not at all. */
    NONE,
    /** A few agents, for a short time. */
    STANDARD,
    /** More of them, for longer. */
    DEEP,
    /** From several sides. */
    COLLABORATIVE,
    /** With all that the configuration allows. */
    INTENSIVE;

    /** The names at the edges. */
    static final List<String> NAMES = Arrays.stream(values()).map(Depth::wire).toList();

    /** The depths at which somebody is asked. */
    static final List<Depth> ASKING = List.of(STANDARD, DEEP, COLLABORATIVE, INTENSIVE);

    /** The name at the edges, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The depth of that name, if there is one. */
    static Optional<Depth> of(String wire) {
        return Arrays.stream(values())
                .filter(depth -> depth.wire().equals(wire))
                .findFirst();
    }

    /** One step deeper, if there is one. */
    Depth deeper() {
        return switch (this) {
            case NONE -> STANDARD;
            case STANDARD -> DEEP;
            case DEEP -> COLLABORATIVE;
            case COLLABORATIVE, INTENSIVE -> INTENSIVE;
        };
    }
}
