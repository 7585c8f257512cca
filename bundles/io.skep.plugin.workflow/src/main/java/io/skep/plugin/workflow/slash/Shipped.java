// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The prompts that come with the plugin, as Markdown files like anybody's. */
final class Shipped {
    static final List<String> NAMES =
            List.of("analyze", "deploy", "docs", "feature", "fix", "optimize", "review", "security", "test");

    private Shipped() {}

    static List<Entry> all() {
        return NAMES.stream()
                .map(name -> Entry.of(name, Entry.BUILT_IN, Prompt.read(text(name))))
                .toList();
    }

    private static String text(String name) {
        try (InputStream in = Shipped.class.getResourceAsStream("commands/" + name + ".md")) {
            if (in == null) {
                throw new IllegalStateException("the bundle has no command " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
