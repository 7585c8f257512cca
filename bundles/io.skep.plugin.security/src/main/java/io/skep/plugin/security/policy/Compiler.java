// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Checks documents and makes them into a policy. All that one says counts as if it stood in one document; what one
 * declares no other may declare again. Used once.
 */
final class Compiler {
    private final List<Place> documents;
    private final PolicyLimits limits;
    private final Vocabulary actions = new Vocabulary("action");
    private final Vocabulary types = new Vocabulary("resource type");
    private final Map<String, Role> roles = new LinkedHashMap<>();
    private final Map<Role, Set<Role>> parents = new HashMap<>();
    private final Map<String, Grid<Boolean>> scopes = new HashMap<>();
    private final Map<String, List<Delegation>> delegations = new HashMap<>();

    private Compiler(List<Place> documents, PolicyLimits limits) {
        this.documents = documents;
        this.limits = limits;
    }

    /**
     * Makes the policy of some documents.
     *
     * @throws PolicyException naming the first problem
     */
    static Policy compile(String version, List<String> texts, PolicyLimits limits) {
        List<Place> documents = new ArrayList<>();
        for (String text : texts) {
            Place document = new Place("", PlainYaml.read(text, limits));
            documents.add(document.only("vocabulary", "roles", "scopes", "confined", "delegations"));
        }
        return new Compiler(documents, limits).policy(version);
    }

    private Policy policy(String version) {
        for (Place document : documents) {
            Place vocabulary = document.find("vocabulary");
            if (vocabulary != null) {
                vocabulary.only("actions", "resources");
                actions.add(vocabulary.find("actions"));
                types.add(vocabulary.find("resources"));
            }
        }
        each("roles", this::declare);
        Grants grants = new Grants(actions, types, limits);
        each("roles", (name, place) -> fill(role(place, name), place, grants));
        each("roles", (name, place) -> inherit(role(place, name), place));
        each("confined", (name, list) -> confine(role(list, name), list));
        each("scopes", this::scope);
        delegate();
        inheritConfinement();
        return new Policy(version, actions, types, roles, scopes, delegations);
    }

    private void each(String key, BiConsumer<String, Place> entry) {
        for (Place document : documents) {
            Place part = document.find(key);
            if (part != null) {
                part.each(entry);
            }
        }
    }

    private void declare(String name, Place place) {
        place.only("description", "inherits", "grants");
        String legal = Names.checked(place.path(), name);
        if (roles.putIfAbsent(legal, new Role(legal)) != null) {
            throw place.wrong("the role \"" + legal + "\" is there already");
        }
        if (roles.size() > limits.roles()) {
            throw place.wrong("more than " + limits.roles() + " roles in all");
        }
    }

    private Role role(Place place, String name) {
        Role role = roles.get(name);
        if (role == null) {
            throw place.wrong("the role \"" + PlainYaml.line(name) + "\" is not known");
        }
        return role;
    }

    private void fill(Role role, Place place, Grants grants) {
        Place description = place.find("description");
        if (description != null) {
            description.text();
        }
        Place list = place.find("grants");
        int index = 0;
        for (Place grant : list == null ? List.<Place>of() : list.list()) {
            grants.add(role, index++, grant);
        }
        Set<Role> inherited = new LinkedHashSet<>();
        Place inherits = place.find("inherits");
        for (String name : inherits == null ? Set.<String>of() : inherits.names(false)) {
            inherited.add(role(place.get("inherits"), name));
        }
        parents.put(role, inherited);
    }

    /** Collects whom a role inherits from, nearest first. Whoever meets itself on the way is in a cycle. */
    private void inherit(Role role, Place place) {
        Set<Role> line = new LinkedHashSet<>(Set.of(role));
        Deque<Role> waiting = new ArrayDeque<>(Set.of(role));
        while (!waiting.isEmpty()) {
            for (Role parent : parents.getOrDefault(waiting.remove(), Set.of())) {
                if (parent.equals(role)) {
                    throw place.get("inherits").wrong("the role \"" + role.name + "\" inherits from itself");
                }
                if (line.add(parent)) {
                    waiting.add(parent);
                }
            }
            if (line.size() - 1 > limits.ancestors()) {
                throw place.get("inherits").wrong("more than " + limits.ancestors() + " roles inherited");
            }
        }
        role.line.addAll(line);
    }

    private void confine(Role role, Place list) {
        role.confined.addAll(types.numbers(list, false));
    }

    private void inheritConfinement() {
        Map<Role, Set<Integer>> inherited = new HashMap<>();
        for (Role role : roles.values()) {
            Set<Integer> all = new HashSet<>();
            role.line.forEach(one -> all.addAll(one.confined));
            inherited.put(role, all);
        }
        inherited.forEach((role, all) -> role.confined.addAll(all));
    }

    private void scope(String name, Place list) {
        Grid<Boolean> permits = new Grid<>();
        if (scopes.putIfAbsent(Names.checked(list.path(), name), permits) != null) {
            throw list.wrong("the scope \"" + name + "\" is there already");
        }
        for (Place permit : list.list()) {
            permit.only("actions", "resources");
            for (int action : actions.numbers(permit.get("actions"), true)) {
                for (int type : types.numbers(permit.get("resources"), true)) {
                    permits.at(action, type, () -> true);
                }
            }
        }
    }

    private void delegate() {
        Set<String> ids = new HashSet<>();
        for (Place document : documents) {
            Place list = document.find("delegations");
            for (Place place : list == null ? List.<Place>of() : list.list()) {
                place.only("id", "to", "role", "until");
                String id = place.get("id").name();
                if (!ids.add(id)) {
                    throw place.wrong("the id \"" + id + "\" is there already");
                }
                String to = place.get("to").text();
                List<Delegation> lent = delegations.computeIfAbsent(to, none -> new ArrayList<>());
                if (lent.size() >= limits.alternatives()) {
                    throw place.wrong("more than " + limits.alternatives() + " delegations to the same subject");
                }
                Role role = role(place.get("role"), place.get("role").name());
                lent.add(new Delegation(id, role, Grants.instant(place.get("until"))));
            }
        }
    }
}
