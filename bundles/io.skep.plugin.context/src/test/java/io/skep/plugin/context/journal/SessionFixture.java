// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.base.Codec;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A session in a directory. */
final class SessionFixture {
    static final Codec CODEC = new Codec();
    static final Meta META = new Meta("s", "ada", "default", null, "private", null, false, 1, null, null);

    private SessionFixture() {}

    static SessionLog create(Path directory) throws IOException {
        LogFiles.create(directory.resolve("s"), META, CODEC);
        return open(directory);
    }

    static SessionLog open(Path directory) {
        return new SessionLog(directory.resolve("s"), CODEC);
    }

    static ContextItem item(long number, String text, boolean pinned) {
        return new ContextItem(number, Kind.MESSAGE, 7, "ada", text, null, null, pinned);
    }

    /** A change that appends texts, those that begin with a bang pinned. */
    static SessionLog.Change<Long> appending(String... texts) {
        return batch -> {
            for (String text : texts) {
                batch.append(item(batch.next(), text, text.startsWith("!")), text.length(), 0);
            }
            return batch.revision() + texts.length;
        };
    }

    /** A change that leaves these numbers only. */
    static SessionLog.Change<Long> leaving(int... numbers) {
        return batch -> {
            Ranges.Builder context = new Ranges.Builder();
            for (int number : numbers) {
                context.add(number);
            }
            batch.replace("replaced", 9, "why", context.build(), Map.of());
            return batch.revision() + 1;
        };
    }

    static List<String> context(SessionLog log) {
        View view = log.view();
        return texts(log.items(view, view.context(), true));
    }

    static List<String> archive(SessionLog log) {
        View view = log.view();
        return texts(log.items(view, view.archive(), false));
    }

    static List<String> texts(List<ContextItem> items) {
        List<String> texts = new ArrayList<>();
        items.forEach(item -> texts.add(item.text()));
        return texts;
    }
}
