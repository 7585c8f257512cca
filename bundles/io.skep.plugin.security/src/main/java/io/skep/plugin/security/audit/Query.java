// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked for: those of which all that is not null is so.
 *
 * @param from the earliest time, included
 * @param to the latest time, not included
 * @param actor id of who did it; of a person the pseudonym, see {@link AuditLog#pseudonym}
 * @param action what was done
 * @param type of the object
 * @param object id of the object, only together with its type
 * @param outcome code of how it ended
 * @param tenant that the event's fact of that name says
 */
public record Query(
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String type,
        @Nullable String object,
        @Nullable Outcome outcome,
        @Nullable String tenant) {
    /** The fact that says which tenant an event concerns. */
    public static final String TENANT = "tenant";

    /** Every event. */
    public static final Query ALL = new Query(null, null, null, null, null, null, null);

    /** Whichever tenant it concerns. */
    public Query(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String type,
            @Nullable String object,
            @Nullable Outcome outcome) {
        this(from, to, actor, action, type, object, outcome, null);
    }

    /** Checks that an object has a type. */
    public Query {
        if (object != null && type == null) {
            throw new IllegalArgumentException("an object is asked for with its type");
        }
    }

    /** The terms that an event must have; the index knows nothing of tenants. */
    List<String> terms() {
        List<String> terms = new ArrayList<>();
        if (actor != null) {
            terms.add(Terms.actor(actor));
        }
        if (action != null) {
            terms.add(Terms.action(action));
        }
        if (type != null) {
            terms.add(object == null || object.isEmpty() ? Terms.type(type) : Terms.object(type, object));
        }
        if (outcome != null) {
            terms.add(Terms.outcome(outcome.code()));
        }
        return terms;
    }

    boolean matches(AuditRecord event) {
        return (from == null || !event.time().isBefore(from))
                && (to == null || event.time().isBefore(to))
                && (actor == null || actor.equals(event.actor()))
                && (action == null || action.equals(event.action()))
                && (type == null || type.equals(event.type()))
                && (object == null || object.equals(event.object()))
                && (outcome == null || outcome.code().equals(event.outcome()))
                && (tenant == null || tenant.equals(event.facts().get(TENANT)));
    }

    /** Whether a block or segment with events between these times, both included, may have some. */
    boolean overlaps(long earliest, long latest) {
        return (from == null || latest >= from.toEpochMilli()) && (to == null || earliest <= to.toEpochMilli());
    }
}
