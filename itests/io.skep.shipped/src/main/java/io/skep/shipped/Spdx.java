// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Licences as manifests and POMs name them, in the words of SPDX. */
final class Spdx {
    /** What a name or address contains, in lower case, and what that is. */
    private static final Map<String, String> MEANINGS = meanings();

    private Spdx() {}

    private static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put("creativecommons.org/publicdomain/zero/1.0", "CC0-1.0");
        meanings.put("bsd-2-clause", "BSD-2-Clause");
        meanings.put("bsd-3-clause", "BSD-3-Clause");
        // The Eclipse Distribution License is that one under another name.
        meanings.put("eclipse.org/org/documents/edl-v10", "BSD-3-Clause");
        meanings.put("github.com/javaee/javax.annotation", "CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0");
        meanings.put("apache.org/licenses/license-2.0", "Apache-2.0");
        meanings.put("apache-2.0", "Apache-2.0");
        meanings.put("apache license, version 2.0", "Apache-2.0");
        return meanings;
    }

    /** The licence that a header names; of several, separated by commas, whoever takes it may choose. Null if none is known. */
    static @Nullable String of(String header) {
        Set<String> found = new LinkedHashSet<>();
        Arrays.stream(header.toLowerCase(Locale.ROOT).split(",(?=https?:|\\s*https?:)"))
                .forEach(licence -> MEANINGS.entrySet().stream()
                        .filter(meaning -> licence.contains(meaning.getKey()))
                        .findFirst()
                        .ifPresent(meaning -> found.add(meaning.getValue())));
        return found.isEmpty() ? null : String.join(" OR ", found);
    }
}
