// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something that is shipped. Immutable.
 *
 * @param name its coordinates
 * @param licence an expression of SPDX
 * @param where the path of its file in the distribution, or within the jar that it is in
 * @param sha256 of its file; null if it has none, as its classes lie among others
 * @param texts files within it that have licences and notices
 * @param parts what is in it
 */
record Part(
        Name name, String licence, String where, @Nullable String sha256, List<String> texts, List<Part> parts) {
    /** Ours, whose licence is that of the whole. */
    static final String OURS = "io.skep";

    Part {
        texts = List.copyOf(texts);
        parts = List.copyOf(parts);
    }

    /** Coordinates, as Maven has them. */
    record Name(String group, String artifact, String version) implements Comparable<Name> {
        /** As a package URL. */
        String purl() {
            return "pkg:maven/" + group + '/' + artifact + '@' + version;
        }

        @Override
        public int compareTo(Name other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return group + ':' + artifact + ':' + version;
        }
    }

    boolean isOurs() {
        return name.group().equals(OURS);
    }

    /** It and what is in it, however deep. */
    Stream<Part> all() {
        return Stream.concat(Stream.of(this), parts.stream().flatMap(Part::all));
    }
}
