// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command that is a prompt: what a Markdown file says. Immutable.
 *
 * @param flags those that it knows, or null if it takes any
 * @param tools which tools its agent shall use; told to the agent
 * @param body the prompt, with places for arguments
 */
record Prompt(String description, String hint, @Nullable List<Flag> flags, Work work, List<String> tools, String body) {
    private static final Set<String> NAMES = Set.of(
            "description",
            "argument-hint",
            "flags",
            "required-flags",
            "skills",
            "priority",
            "tenant",
            "allowed-tools",
            "deadline-seconds",
            "timeout-seconds",
            "max-attempts");
    private static final String MARK = "---";
    private static final int MAX_HEAD = 8192;
    private static final int MAX_DESCRIPTION = 300;
    private static final int MAX_SECONDS = 30 * 24 * 3600;
    private static final int MAX_SKILLS = 16;
    private static final int MAX_PRIORITY = 9;
    private static final int MAX_ATTEMPTS = 100;

    /**
     * What the task of a prompt asks for besides its description.
     *
     * @param priority 0 to 9, or null for the default
     */
    record Work(
            Set<String> skills,
            @Nullable Integer priority,
            @Nullable String tenant,
            @Nullable Integer deadlineSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer maxAttempts) {}

    /**
     * Reads a file's text.
     *
     * @throws Declination in a sentence that says what is wrong with it
     */
    static Prompt read(String file) {
        String text = file.startsWith("\uFEFF") ? file.substring(1) : file;
        text = text.replace("\r\n", "\n");
        String head = "";
        String body = text;
        if (text.startsWith(MARK + "\n")) {
            int end = text.indexOf("\n" + MARK, MARK.length());
            if (end < 0) {
                throw new Declination("the front matter is not closed by a line of three hyphens");
            }
            head = text.substring(MARK.length() + 1, Math.max(end + 1, MARK.length() + 1));
            int after = text.indexOf('\n', end + 1);
            body = after < 0 ? "" : text.substring(after + 1);
        }
        if (body.isBlank()) {
            throw new Declination("there is no prompt after the front matter");
        }
        return of(FrontMatter.read(head, MAX_HEAD), body.strip());
    }

    private static Prompt of(FrontMatter head, String body) {
        head.allow(NAMES);
        List<String> skills = head.words("skills", 128);
        if (skills.size() > MAX_SKILLS) {
            throw new Declination("there are more than " + MAX_SKILLS + " skills");
        }
        Work work = new Work(
                Set.copyOf(skills.stream().distinct().toList()),
                head.number("priority", 0, MAX_PRIORITY).orElse(null),
                head.text("tenant", 64).orElse(null),
                head.number("deadline-seconds", 1, MAX_SECONDS).orElse(null),
                head.number("timeout-seconds", 1, MAX_SECONDS).orElse(null),
                head.number("max-attempts", 1, MAX_ATTEMPTS).orElse(null));
        return new Prompt(
                head.text("description", MAX_DESCRIPTION)
                        .map(d -> Shown.line(d, MAX_DESCRIPTION))
                        .orElseGet(() -> firstLine(body)),
                head.text("argument-hint", MAX_DESCRIPTION).orElse(""),
                flags(head),
                work,
                head.words("allowed-tools", 128),
                body);
    }

    private static @Nullable List<Flag> flags(FrontMatter head) {
        if (!head.has("flags") && !head.has("required-flags")) {
            return null;
        }
        List<Flag> flags = new ArrayList<>();
        head.words("flags", 256).forEach(text -> flags.add(Flag.parse(text)));
        for (String text : head.words("required-flags", 256)) {
            Flag required = Flag.parse(text).asRequired();
            boolean known = flags.stream().anyMatch(flag -> flag.name().equals(required.name()));
            flags.replaceAll(flag -> flag.name().equals(required.name()) ? flag.asRequired() : flag);
            if (!known) {
                flags.add(required);
            }
        }
        if (flags.stream().map(Flag::name).distinct().count() != flags.size()) {
            throw new Declination("a flag is named twice");
        }
        return List.copyOf(flags);
    }

    private static String firstLine(String body) {
        return Shown.line(body.lines().findFirst().orElse("").replaceFirst("^#+\\s*", ""), 120);
    }
}
