// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named ability of a plugin. Immutable.
 *
 * @param id lower case letters, digits and underscores, at most 64, for instance {@code semantic_routing}
 * @param operations at least one, of different names; the first is the default
 */
public record Capability(String id, List<Operation> operations) {
    public Capability {
        Objects.requireNonNull(id);
        if (!id.matches("[a-z][a-z0-9_]{0,63}")) {
            throw new IllegalArgumentException("capability id " + id + " is not [a-z][a-z0-9_]{0,63}");
        }
        operations = List.copyOf(operations);
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("capability " + id + " has no operation");
        }
        if (operations.stream().map(Operation::name).distinct().count() != operations.size()) {
            throw new IllegalArgumentException("capability " + id + " has two operations of one name");
        }
    }

    /** The operation of that name, or the default one for null. */
    public Optional<Operation> operation(@Nullable String name) {
        return name == null
                ? Optional.of(operations.get(0))
                : operations.stream().filter(o -> o.name().equals(name)).findFirst();
    }
}
