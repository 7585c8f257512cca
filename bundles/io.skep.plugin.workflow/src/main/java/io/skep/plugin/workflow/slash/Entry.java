// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command. Immutable; it is either a prompt or done by the plugin itself.
 *
 * @param name without slash, folders before it with colons in between
 * @param source built-in, user or project
 * @param flags those that it knows, or null if it takes any
 * @param verbs what its first word can be, if that is one of some
 */
record Entry(
        String name,
        String source,
        String description,
        String hint,
        @Nullable List<Flag> flags,
        List<String> verbs,
        @Nullable Prompt prompt,
        @Nullable Builtin builtin) {
    static final String BUILT_IN = "built-in";

    static Entry of(String name, String source, Prompt prompt) {
        return new Entry(name, source, prompt.description(), prompt.hint(), prompt.flags(), List.of(), prompt, null);
    }

    /** One that the plugin does itself; flags as {@link Flag#parse} reads them. */
    static Entry of(
            String name, String description, String hint, List<String> verbs, Builtin builtin, String... flags) {
        List<Flag> known = Stream.of(flags).map(Flag::parse).toList();
        return new Entry(name, BUILT_IN, description, hint, known, verbs, null, builtin);
    }

    List<String> describedFlags() {
        return flags == null ? List.of() : flags.stream().map(Flag::described).toList();
    }

    /** How it is called, in a line. */
    String usage() {
        String told = Objects.requireNonNullElse(flags, List.<Flag>of()).stream()
                .map(flag -> flag.required() ? shown(flag) : '[' + shown(flag) + ']')
                .collect(Collectors.joining(" "));
        return Stream.of('/' + name, hint, told).filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }

    private static String shown(Flag flag) {
        String values = flag.values().isEmpty() ? "VALUE" : String.join("|", flag.values());
        return "--" + flag.name() + (flag.takesValue() ? '=' + values : "");
    }
}
