// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a task can be about that makes it worth thinking: its words, a sentence that means it, and how deep it calls for. */
enum Area {
    ARCHITECTURE(
            Depth.DEEP,
            "Design the architecture of a system and its parts.",
            "architecture design structure scalability scale modular microservice monolith boundary refactor redesign"),
    SECURITY(
            Depth.DEEP,
            "Find weaknesses in security, authentication and protection of data.",
            "security vulnerability authentication authorization encryption attack threat privacy permission compliance"),
    DEBUGGING(
            Depth.COLLABORATIVE,
            "Find the cause of a failure that is hard to reproduce.",
            "debug crash deadlock race flaky leak regression investigate diagnose intermittent corruption"),
    PERFORMANCE(
            Depth.DEEP,
            "Make a system faster and find its bottleneck.",
            "performance optimize bottleneck latency throughput efficiency speed benchmark contention"),
    INTEGRATION(
            Depth.DEEP,
            "Move or connect systems by interfaces without breaking those who use them.",
            "integration integrate protocol compatibility migrate migration interoperability legacy rollout"),
    DATA(
            Depth.DEEP,
            "Model data and keep it consistent.",
            "database schema consistency transaction replication partition shard backup durability"),
    OPERATIONS(
            Depth.DEEP,
            "Keep a service available and recover it from outages.",
            "deployment monitoring incident availability failover recovery outage infrastructure cluster capacity"),
    REQUIREMENTS(
            Depth.STANDARD,
            "Find out what a business and its customers need.",
            "requirement business stakeholder customer legal regulation budget cost pricing organization");

    private final Depth depth;
    private final String meaning;
    private final String words;

    Area(Depth depth, String meaning, String words) {
        this.depth = depth;
        this.meaning = meaning;
        this.words = words;
    }

    Depth depth() {
        return depth;
    }

    /** A sentence of that kind, to compare meanings with. */
    String meaning() {
        return meaning;
    }

    /** The area that a stem is of, or null. */
    static @Nullable Area of(String stem) {
        return Index.BY_STEM.get(stem);
    }

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All words of all areas; a word of two counts for the first. */
    private static final class Index {
        static final Map<String, Area> BY_STEM = new HashMap<>();

        static {
            for (Area area : Area.values()) {
                Terms.stems(area.words).forEach(stem -> BY_STEM.putIfAbsent(stem, area));
            }
        }
    }
}
