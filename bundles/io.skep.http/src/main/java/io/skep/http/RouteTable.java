// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the routes of a path in one walk, a hash look-up a segment. Immutable. */
final class RouteTable {
    private static final String PARAMETER = "{id}";
    private static final int MAX_ID = 128;

    private final Node root = new Node();
    private final List<Route> routes;

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        for (Route route : routes) {
            Node node = root;
            for (String segment : route.template().substring(1).split("/")) {
                node = segment.equals(PARAMETER)
                        ? node.parameter()
                        : node.children.computeIfAbsent(segment, s -> new Node());
            }
            node.byMethod.put(route.method(), route);
        }
    }

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();
        final Map<String, Route> byMethod = new TreeMap<>();

        /** Beside the others, as a path may have {@code {id}} for a segment too: that is no id. */
        @Nullable
        Node parameter;

        Node parameter() {
            Node there = parameter;
            if (there == null) {
                there = new Node();
                parameter = there;
            }
            return there;
        }
    }

    /**
     * What is at a path.
     *
     * @param id what the path names, or empty
     */
    record Match(Map<String, Route> byMethod, String id) {
        /** The route for a method; HEAD is GET without the content. */
        @Nullable
        Route route(String method) {
            return byMethod.get(method.equals("HEAD") ? "GET" : method);
        }

        /** The value of the header {@code Allow}. */
        String allow() {
            var methods = new TreeSet<>(byMethod.keySet());
            methods.add("OPTIONS");
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            return String.join(", ", methods);
        }
    }

    /** Every route. */
    List<Route> routes() {
        return routes;
    }

    /**
     * What is at {@code path}, as it stands in the request line.
     *
     * @throws Refusal if there is nothing, or a part of it can be no id
     */
    Match find(String path) {
        Node node = root;
        String id = "";
        int from = 1;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            String segment = path.substring(from, to);
            Node next = node.children.get(segment);
            if (next == null) {
                next = node.parameter;
                if (next == null || segment.isEmpty()) {
                    throw nothing();
                }
                id = checkedId(segment);
            }
            node = next;
            from = to + 1;
        }
        if (node.byMethod.isEmpty()) {
            throw nothing();
        }
        return new Match(node.byMethod, id);
    }

    private static String checkedId(String segment) {
        if (segment.length() > MAX_ID) {
            throw Refusal.invalid("id", "an id has at most " + MAX_ID + " characters");
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            boolean fine = isLetter(c) || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0;
            if (!fine) {
                throw Refusal.invalid("id", "an id has only letters, digits, dot, underscore and hyphen");
            }
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw Refusal.invalid("id", "a path is not relative here");
        }
        return segment;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static Refusal nothing() {
        return Refusal.of(Refusal.Reason.NOT_FOUND, "there is no such path");
    }
}
