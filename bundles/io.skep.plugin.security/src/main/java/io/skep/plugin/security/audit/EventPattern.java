// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.List;

/** Events by action, type of object and outcome, each of which may be {@code *}. */
record EventPattern(String action, String type, String outcome) {
    static EventPattern parse(String text) {
        String[] parts = text.split(":");
        if (parts.length != 3) {
            throw new IllegalArgumentException("not ACTION:TYPE:OUTCOME: " + text);
        }
        return new EventPattern(parts[0], parts[1], parts[2]);
    }

    static boolean anyMatches(List<EventPattern> patterns, AuditRecord event) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(event));
    }

    private boolean matches(AuditRecord event) {
        return is(action, event.action()) && is(type, event.type()) && is(outcome, event.outcome());
    }

    private static boolean is(String pattern, String value) {
        return pattern.equals("*") || pattern.equals(value);
    }
}
