// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the grants of roles and puts them where a decision finds them. */
final class Grants {
    private final Vocabulary actions;
    private final Vocabulary types;
    private final PolicyLimits limits;
    private final Set<String> ids = new HashSet<>();
    private int rules;

    Grants(Vocabulary actions, Vocabulary types, PolicyLimits limits) {
        this.actions = actions;
        this.types = types;
        this.limits = limits;
    }

    /** Reads one grant; {@code index} is its place among the role's. */
    void add(Role role, int index, Place grant) {
        grant.only("id", "actions", "resources", "tenants", "ownership", "when");
        Place named = grant.find("id");
        // A number sign is in no legal name, so nobody can take the id of a grant without one.
        String id = named == null ? role.name + '#' + index : named.name();
        if (!ids.add(id)) {
            throw grant.wrong("the id \"" + id + "\" is there already");
        }
        Place tenants = grant.find("tenants");
        Place ownership = grant.find("ownership");
        Rule rule = Rule.of(
                id,
                role.name,
                tenants != null && tenants.oneOf("own", "*").equals("*"),
                ownership != null && ownership.oneOf("any", "own").equals("own"),
                conditions(grant.find("when")));
        for (int action : actions.numbers(grant.get("actions"), true)) {
            for (int type : types.numbers(grant.get("resources"), true)) {
                put(role, grant, rule, role.grants.at(action, type, () -> new ArrayList<>(1)));
            }
        }
    }

    private void put(Role role, Place grant, Rule rule, List<Rule> alternatives) {
        if (++rules > limits.rules()) {
            throw grant.wrong("more than " + limits.rules() + " rules in all");
        }
        if (alternatives.size() >= limits.alternatives()) {
            throw grant.wrong("more than " + limits.alternatives() + " grants of role \"" + role.name
                    + "\" for the same action and resource type");
        }
        alternatives.add(rule);
    }

    private static List<Condition> conditions(@Nullable Place when) {
        List<Condition> conditions = new ArrayList<>();
        if (when != null) {
            when.only("time", "addresses", "until");
            Place time = when.find("time");
            if (time != null) {
                conditions.add(window(time.only("from", "to", "zone", "days")));
            }
            Place addresses = when.find("addresses");
            if (addresses != null) {
                conditions.add(new Condition.From(addresses.list().stream()
                        .map(range -> read(range, Cidr::of))
                        .toList()));
            }
            Place until = when.find("until");
            if (until != null) {
                conditions.add(new Condition.Until(instant(until)));
            }
        }
        return conditions;
    }

    private static Condition window(Place time) {
        LocalTime from = read(time.get("from"), LocalTime::parse);
        LocalTime to = read(time.get("to"), LocalTime::parse);
        if (from.equals(to)) {
            throw time.wrong("begins when it ends");
        }
        Place days = time.find("days");
        return new Condition.Window(
                from,
                to,
                read(time.get("zone"), ZoneId::of),
                days == null ? EnumSet.allOf(DayOfWeek.class) : days(days));
    }

    private static Set<DayOfWeek> days(Place list) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (Place place : list.list()) {
            DayOfWeek day = Stream.of(DayOfWeek.values())
                    .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(place.text()))
                    .findFirst()
                    .orElseThrow(() -> place.wrong("is no day; days are monday to sunday"));
            if (!days.add(day)) {
                throw place.wrong("the day is there twice");
            }
        }
        return days;
    }

    static Instant instant(Place place) {
        return read(place, Instant::parse);
    }

    private static <T> T read(Place place, Function<String, T> reader) {
        String text = place.text();
        try {
            return reader.apply(text);
        } catch (DateTimeException wrong) {
            throw place.wrong("\"" + PlainYaml.line(text) + "\" is not understood: "
                    + PlainYaml.line(String.valueOf(wrong.getMessage())));
        } catch (IllegalArgumentException wrong) {
            throw place.wrong("\"" + PlainYaml.line(text) + "\" " + wrong.getMessage());
        }
    }
}
