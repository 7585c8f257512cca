// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

/**
 * An alert that is to be told or delivered.
 *
 * @param what fired, resolved or again (it still fires, and nobody has acknowledged it)
 * @param rule that it is of
 * @param alert as it is now
 */
public record Change(String what, Rule rule, Alert alert) {
    private static final int MAX_CAUSE = 300;

    /** What was not so before. */
    public static final String FIRED = "fired";

    /** What is over. */
    public static final String RESOLVED = "resolved";

    /** What is so still. */
    public static final String AGAIN = "again";

    /** Why, in words. */
    String cause() {
        String members = alert.members().isEmpty() ? "" : ": " + String.join("; ", alert.members());
        String more = alert.count() > alert.members().size() ? " and more" : "";
        String text = rule.text() + " (" + alert.value() + ')' + members + more;
        return text.length() <= MAX_CAUSE ? text : text.substring(0, MAX_CAUSE - 1) + '…';
    }
}
