// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes one operation of a capability well enough for every edge to offer it. Immutable; made by {@link #named}.
 *
 * @param name lower case letters, digits, hyphens and underscores
 * @param summary one line
 * @param input a record; requests carry its JSON
 * @param output a record; answers carry its JSON
 * @param idempotent whether doing it twice is like doing it once; only then may core try it again on another generation
 * @param sideEffectFree whether it changes nothing; then its examples also warm a new generation up
 * @param immediate whether it returns within about a millisecond, without I/O and without waiting, as a rule with its
 *     answer; then a call from a thread of a plugin, or the question of an edge whether to let a request in, is made right
 *     there, else always on a thread of core
 * @param timeout within which it answers; more than zero, at most {@link #MAX_TIMEOUT}
 * @param whenAbsent what a caller gets while nobody offers it
 * @param shellCommand the name it asks for in the shell, for instance {@code gate:approve}, or null
 * @param need what a caller must be allowed to do
 * @param examples JSON texts of valid inputs, at least one
 */
public record Operation(
        String name,
        String summary,
        Class<? extends Record> input,
        Class<? extends Record> output,
        boolean idempotent,
        boolean sideEffectFree,
        boolean immediate,
        Duration timeout,
        GapPolicy whenAbsent,
        @Nullable String shellCommand,
        Need need,
        List<String> examples) {
    /** The longest timeout: a call must end before its bundle may be taken away. */
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(4);

    public Operation {
        Objects.requireNonNull(summary);
        Objects.requireNonNull(input);
        Objects.requireNonNull(output);
        Objects.requireNonNull(whenAbsent);
        Objects.requireNonNull(need);
        examples = List.copyOf(examples);
        if (!name.matches("[a-z][a-z0-9_-]{0,63}")) {
            throw new IllegalArgumentException("operation name " + name + " is not [a-z][a-z0-9_-]{0,63}");
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout of " + name + " is not within 0 and " + MAX_TIMEOUT);
        }
        if (shellCommand != null && !shellCommand.matches("[a-z][a-z0-9-]{0,31}:[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException("shell command " + shellCommand + " of " + name + " is not noun:verb");
        }
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("operation " + name + " has no example");
        }
    }

    /** A builder for an operation of that name, of which summary, input, output and an example must still be said. */
    public static OperationBuilder named(String name) {
        return new OperationBuilder(name);
    }
}
