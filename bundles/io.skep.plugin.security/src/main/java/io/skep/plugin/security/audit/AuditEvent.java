// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded. Immutable. Values may be any text: secrets of known shapes are taken out, and long ones cut.
 *
 * @param category of the event
 * @param actor who did it
 * @param action what was done, a verb such as {@code update}
 * @param target what it was done to
 * @param outcome how it ended
 * @param address of the caller's machine; kept as a personal fact if the actor is a person
 * @param facts further ones by name, such as {@code tenant}, {@code reason}, {@code policy_version}, {@code trace_id};
 *     they stay readable for ever, so nothing about a person belongs there
 * @param personal facts about the actor, or if that is no person about the target if that is one; kept encrypted with a
 *     key of theirs. If neither is a person, these are refused
 */
public record AuditEvent(
        Category category,
        Actor actor,
        String action,
        Target target,
        Outcome outcome,
        @Nullable String address,
        Map<String, String> facts,
        Map<String, String> personal) {

    /** Copies the facts. */
    public AuditEvent {
        facts = Map.copyOf(facts);
        personal = Map.copyOf(personal);
    }

    /** An event without further facts. */
    public static AuditEvent of(Category category, Actor actor, String action, Target target, Outcome outcome) {
        return new AuditEvent(category, actor, action, target, outcome, null, Map.of(), Map.of());
    }

    /** The same from an address. */
    public AuditEvent from(String newAddress) {
        return new AuditEvent(category, actor, action, target, outcome, newAddress, facts, personal);
    }

    /** The same with one more fact. */
    public AuditEvent fact(String name, String value) {
        return new AuditEvent(category, actor, action, target, outcome, address, with(facts, name, value), personal);
    }

    /** The same with one more personal fact. */
    public AuditEvent personal(String name, String value) {
        return new AuditEvent(category, actor, action, target, outcome, address, facts, with(personal, name, value));
    }

    private static Map<String, String> with(Map<String, String> facts, String name, String value) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(name, value);
        return more;
    }
}
