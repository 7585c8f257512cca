// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.context.Quality.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same by plain ways. */
final class Baselines {
    private final List<Memory> memories;
    private final Goals goals;

    Baselines(List<Memory> memories, Goals goals) {
        this.memories = memories;
        this.goals = goals;
    }

    void report() {
        Map<String, Chooser> choosers = new LinkedHashMap<>();
        choosers.put("random", Choosers::random);
        choosers.put("first", Choosers::first);
        choosers.put("longest", Choosers::longest);
        choosers.put("textrank", Choosers::textRank);
        choosers.put("bm25", Choosers::bm25);
        choosers.put("rarewords", Choosers::rareWords);
        choosers.forEach(
                (name, chooser) -> goals.report(Result.of(name + ".coverage30", coverage(memories, chooser), "")));
        for (int most : List.of(5, Quality.BEST, 20, 50)) {
            goals.report(Result.of("bm25.recall" + most, recall(memories, most), ""));
        }
    }

    static double random(List<Memory> memories) {
        return coverage(memories, Choosers::random);
    }

    private static double coverage(List<Memory> memories, Chooser chooser) {
        Share share = new Share();
        memories.forEach(memory -> Quality.evidence(memory, memory.choose(chooser, Quality.SHARE), share));
        return share.value();
    }

    static double recall(List<Memory> memories, int most) {
        Share share = new Share();
        for (Memory memory : memories) {
            List<List<Dialogue.Turn>> found = memory.plain(most);
            for (int i = 0; i < found.size(); i++) {
                Quality.either(memory.dialogue().questions().get(i), Set.of(), found.get(i), share);
            }
        }
        return share.value();
    }
}
