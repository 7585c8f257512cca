// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which networks make a vector, as the property {@code model} says it. */
enum Choice {
    MINILM(Network.MINILM),
    BGE(Network.BGE),
    /** The vectors of both, one after the other: the cosine of two is the mean of both cosines. */
    BOTH(Network.MINILM, Network.BGE);

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Network> networks;

    Choice(Network... networks) {
        this.networks = List.of(networks);
    }

    static Optional<Choice> of(String value) {
        return Arrays.stream(values())
                .filter(choice -> choice.value().equals(value))
                .findFirst();
    }

    /** All values, for people. */
    static String all() {
        return Arrays.stream(values()).map(Choice::value).collect(Collectors.joining(", "));
    }

    /** How the property says it. */
    String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<Network> networks() {
        return networks;
    }

    /** The name by which vectors of different choices are told apart. */
    String model() {
        return networks.stream().map(Network::file).collect(Collectors.joining("+"));
    }

    int dimensions() {
        return networks.size() * Network.DIMENSIONS;
    }
}
