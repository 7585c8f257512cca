// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.Refusal;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Something that a plugin says has happened, to be told to everybody who reads the events: see {@link
 * Orchestrator#tell}. Immutable.
 *
 * @param type the plugin's name or the end of it after a hyphen, a dot and what happened, for instance {@code
 *     workflow.step.completed} of a plugin {@code enhanced-workflow}: words of lower case letters, digits and hyphens with
 *     dots between, at most {@value #MAX_TYPE} characters
 * @param subject to what it happened, for instance the id of a task: letters, digits, dot, underscore, hyphen and colon,
 *     at most {@value #MAX_SUBJECT}
 * @param cause why, in words, at most {@value #MAX_CAUSE} characters; empty if there is nothing to say
 */
public record Notice(String type, String subject, String cause) {
    /** The longest type in characters. */
    public static final int MAX_TYPE = 128;

    /** The longest subject in characters. */
    public static final int MAX_SUBJECT = 128;

    /** The longest cause in characters. */
    public static final int MAX_CAUSE = 2000;

    /** The first words of what core itself tells; no plugin tells that. */
    private static final Set<String> OF_CORE = Set.of("task", "agent", "plugin", "flag", "store", "server", "skep");

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+");
    private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9._:-]+");

    /**
     * Checks.
     *
     * @throws Refusal if something has another form or is too long
     */
    public Notice {
        Objects.requireNonNull(cause);
        if (type.length() > MAX_TYPE || !TYPE.matcher(type).matches()) {
            throw Refusal.invalid(
                    "type",
                    "a type has words of lower case letters, digits and hyphens with dots between, at most " + MAX_TYPE
                            + " characters");
        }
        String first = type.substring(0, type.indexOf('.'));
        if (OF_CORE.contains(first)) {
            throw Refusal.invalid("type", "only core tells what begins with " + first);
        }
        if (subject.length() > MAX_SUBJECT || !SUBJECT.matcher(subject).matches()) {
            throw Refusal.invalid(
                    "subject",
                    "a subject has 1 to " + MAX_SUBJECT + " letters, digits, dots, underscores, hyphens and colons");
        }
        if (cause.length() > MAX_CAUSE) {
            throw Refusal.invalid("cause", "a cause has at most " + MAX_CAUSE + " characters, not " + cause.length());
        }
    }
}
