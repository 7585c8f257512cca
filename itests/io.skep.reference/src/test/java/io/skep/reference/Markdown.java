// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import java.util.List;

/** A page, as it grows. */
final class Markdown {
    private final StringBuilder text = new StringBuilder();

    Markdown(String title, String introduction) {
        text.append("# ").append(title).append("\n\n").append(introduction).append('\n');
        text.append(
                "Written from the code by `ReferenceTest`, which fails when it is something else; it is not edited by hand.\n");
    }

    Markdown heading(int level, String words) {
        text.append('\n').append("#".repeat(level)).append(' ').append(words).append('\n');
        return this;
    }

    Markdown paragraph(String words) {
        if (!words.isBlank()) {
            text.append('\n').append(words.strip()).append('\n');
        }
        return this;
    }

    Markdown code(String language, String code) {
        text.append("\n```").append(language).append('\n').append(code.strip()).append("\n```\n");
        return this;
    }

    Markdown table(List<String> heads, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            text.append('\n');
            row(heads);
            text.append("|---".repeat(heads.size())).append("|\n");
            rows.forEach(this::row);
        }
        return this;
    }

    private void row(List<String> cells) {
        for (String cell : cells) {
            text.append("| ")
                    .append(cell.replace("|", "\\|").replace("\n", " "))
                    .append(' ');
        }
        text.append("|\n");
    }

    /** Words that stand for themselves; empty for none. */
    static String literal(String words) {
        return words.isEmpty() ? "" : '`' + words + '`';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
