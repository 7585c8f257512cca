// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.Need;
import io.skep.api.plugin.Operation;
import io.skep.plugin.security.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What operations say a caller must be allowed: a word that the policy does not know would be allowed to nobody but admins. */
class NeedsTest {
    private static final Policy SEEDED = Policy.seeded();
    private static final Pattern NEED = Pattern.compile("\\.needs\\(\\s*([^)]*?)\\s*\\)");
    private static final Pattern WORDS = Pattern.compile("\"([a-z]+)\",\\s*\"([a-z]+)\"");

    private static void assertKnown(String where, Need need) {
        assertThat(SEEDED.actions()).as(where).contains(need.action());
        assertThat(SEEDED.resourceTypes()).as(where).contains(need.resource());
    }

    @Test
    void everyOperationOfThisPlugin_needsMoreThanACall_thatThePolicyKnows() {
        Offer.CAPABILITIES.stream()
                .flatMap(capability -> capability.operations().stream())
                .forEach(operation -> {
                    assertKnown(operation.name(), operation.need());
                    assertThat(operation.need().resource()).as(operation.name()).isNotEqualTo("capability");
                });
    }

    @Test
    void operationThatSaysNothing_needsWhatThePolicyKnows() {
        assertKnown("call", Need.CALL);
    }

    /** Read from their sources, as no plugin can see another. */
    @Test
    void everyOperationOfTheOtherPlugins_needsWhatThePolicyKnows() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> all = Files.walk(Path.of(".."))) {
            all.filter(file -> file.toString().endsWith(".java")
                            && file.toString().contains("io.skep.plugin.")
                            && file.toString().contains("/src/main/")
                            && !file.toString().contains("io.skep.plugin.security"))
                    .forEach(sources::add);
        }
        assertThat(sources).hasSizeGreaterThan(50);
        for (Path source : sources) {
            String text = Files.readString(source);
            if (!text.contains(Operation.class.getSimpleName() + ".named(")) {
                continue;
            }
            for (Matcher need = NEED.matcher(text); need.find(); ) {
                Matcher words = WORDS.matcher(need.group(1));
                assertThat(words.matches())
                        .as("%s: %s says two words", source, need.group())
                        .isTrue();
                assertKnown(source.toString(), new Need(words.group(1), words.group(2), false, false));
            }
        }
    }
}
