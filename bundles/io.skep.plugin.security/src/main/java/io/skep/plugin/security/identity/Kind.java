// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.util.Optional;

/** What sort of principal it is. */
public enum Kind {
    /** A person. */
    HUMAN("human"),
    /** An agent, for which a person is accountable. */
    AGENT("agent"),
    /** Another program. */
    SERVICE("service");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    /** As it is written in claims and documents. */
    public String word() {
        return word;
    }

    /** The kind of a word, compared exactly; empty if there is none. */
    public static Optional<Kind> of(String word) {
        for (Kind kind : values()) {
            if (kind.word.equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
