// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.dispatch.Dispatcher;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Slots that are held for tasks to come. There are never more reservations than free slots, each ends by itself, and
 * nothing of them is durable. Used by the engine's thread only.
 */
public final class Slots {
    private static final Duration MAX = Duration.ofMinutes(5);

    private final Dispatcher dispatcher;
    private final Timers timers;

    Slots(Dispatcher dispatcher, Timers timers) {
        this.dispatcher = dispatcher;
        this.timers = timers;
    }

    /**
     * The duration of a reservation in whole milliseconds.
     *
     * @throws Refusal if it is not within the limits
     */
    public static Duration check(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(MAX) > 0) {
            throw Refusal.invalid("atMost", "must be more than 0 and at most " + MAX.toMillis() + " ms, not " + atMost);
        }
        return Duration.ofMillis(Math.max(1, atMost.toMillis()));
    }

    /**
     * Holds a slot.
     *
     * @param id what the reservation is to be known by, new and not to be guessed
     * @throws Refusal if the agent has none to give
     */
    public Reservation reserve(Turn turn, String id, AgentRuntime agent, Duration atMost) {
        if (agent.record().state() != AgentState.ACTIVE) {
            throw Refusal.of(
                    Refusal.Reason.CONFLICT,
                    "agent " + agent.id() + " is " + agent.record().state().wire() + " ("
                            + agent.record().cause() + ")");
        }
        if (agent.used() >= agent.room()) {
            throw Refusal.of(
                    Refusal.Reason.CONFLICT,
                    "all " + agent.room() + " slots of agent " + agent.id() + " are in use or reserved");
        }
        Reservation reservation = new Reservation(id, agent.id(), turn.now().plus(atMost));
        dispatcher.reserve(reservation, agent);
        timers.at(owner(id), reservation.until(), later -> dispatcher.endReservation(id));
        return reservation;
    }

    /** Ends a reservation, if it lasts. */
    public void release(String id) {
        dispatcher.endReservation(id);
        forget(timers, id);
    }

    /** Ends the reservations that the agent cannot keep as it is now. */
    void agentChanged(String agent) {
        dispatcher.brokenReservations(agent).forEach(this::release);
    }

    /** A task got the slot that it named, if any: there is no end to look for any more. */
    static void forget(Timers timers, @Nullable String reservation) {
        if (reservation != null) {
            timers.forget(owner(reservation));
        }
    }

    private static String owner(String reservation) {
        return "reservation/" + reservation;
    }
}
