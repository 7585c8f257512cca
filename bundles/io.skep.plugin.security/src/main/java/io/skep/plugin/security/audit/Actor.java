// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

/**
 * Who did something, or to whom it was done.
 *
 * @param id of it
 * @param kind of it; of a person the log keeps a pseudonym instead of the id
 */
public record Actor(String id, Kind kind) {
    /** OCSF's user types. */
    public enum Kind {
        /** A human being, about whom data are personal. */
        PERSON(1),
        /** The server itself. */
        SYSTEM(3),
        /** A program with an account. */
        SERVICE(4),
        /** An agent, which OCSF 1.6.0 has no type for. */
        AGENT(99);

        final int type;

        Kind(int type) {
            this.type = type;
        }
    }

    /** The server itself. */
    public static final Actor SYSTEM = new Actor("skep", Kind.SYSTEM);

    /** A human being. */
    public static Actor person(String id) {
        return new Actor(id, Kind.PERSON);
    }

    /** An agent. */
    public static Actor agent(String id) {
        return new Actor(id, Kind.AGENT);
    }

    /** A program with an account. */
    public static Actor service(String id) {
        return new Actor(id, Kind.SERVICE);
    }

    boolean isPerson() {
        return kind == Kind.PERSON;
    }
}
