// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Items for tests. */
final class Talks {
    private static final List<String> WORDS = List.of(
            "server",
            "deploys",
            "Berlin",
            "yesterday",
            "42",
            "I",
            "was",
            "rain",
            "blue",
            "Clara",
            "really",
            "cool",
            "not",
            "12.5",
            "invoice",
            "you",
            "were",
            "asked",
            "why",
            "thanks");

    private Talks() {}

    static ContextItem said(long number, String author, String text) {
        return new ContextItem(number, Kind.MESSAGE, 0, author, text, null, null, false);
    }

    static ContextItem pinned(long number, String text) {
        return new ContextItem(number, Kind.MESSAGE, 0, "ada", text, null, null, true);
    }

    static ContextItem of(long number, Kind kind, String text, @Nullable Long about, @Nullable String subject) {
        return new ContextItem(number, kind, 0, "ada", text, about, subject, false);
    }

    /** Items of every kind, with repetitions; the same for the same seed. */
    static List<ContextItem> any(long seed, int count) {
        Random random = new Random(seed);
        List<ContextItem> items = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        long call = 0;
        for (int number = 1; number <= count; number++) {
            boolean again = !texts.isEmpty() && random.nextInt(6) == 0;
            String text = again ? texts.get(random.nextInt(texts.size())) : text(random);
            texts.add(text);
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            boolean fact = kind == Kind.FACT || kind == Kind.DECISION;
            items.add(new ContextItem(
                    number,
                    kind,
                    number,
                    random.nextBoolean() ? "ada" : "ben",
                    kind == Kind.TOOL_RESULT ? text.repeat(3) : text,
                    kind == Kind.TOOL_RESULT && call > 0 ? call : null,
                    fact ? WORDS.get(random.nextInt(4)) : null,
                    random.nextInt(12) == 0));
            call = kind == Kind.TOOL_CALL ? number : call;
        }
        return items;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int sentences = 1 + random.nextInt(4);
        for (int i = 0; i < sentences; i++) {
            int words = 2 + random.nextInt(12);
            for (int j = 0; j < words; j++) {
                text.append(j == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
            }
            text.append(random.nextInt(4) == 0 ? "? " : ". ");
        }
        return text.toString();
    }
}
