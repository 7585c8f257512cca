// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

/** Counts what a text costs a model. Thread-safe and deterministic. */
@FunctionalInterface
public interface TokenCounter {
    /** How many tokens the text has. */
    int count(String text);
}
