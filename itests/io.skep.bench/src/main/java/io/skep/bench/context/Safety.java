// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.context.Dialogue.Sitting;
import io.skep.plugin.context.consolidation.Budget;
import io.skep.plugin.context.consolidation.Consolidated;
import io.skep.plugin.context.consolidation.Consolidator;
import io.skep.plugin.context.consolidation.Dropped;
import io.skep.plugin.context.consolidation.Level;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.tokens.TokenCounter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold however short the run: pinned items stay, nothing is lost, and twice is once. */
final class Safety {
    private Safety() {}

    static void judge(List<Dialogue> dialogues, TokenCounter counter, Goals goals) {
        Consolidator consolidator = new Consolidator(counter);
        long pinned = 0;
        long kept = 0;
        long lost = 0;
        long changed = 0;
        for (Dialogue dialogue : dialogues) {
            for (Sitting plain : dialogue.sittings()) {
                Sitting sitting = Memory.pinned(plain);
                Budget budget = new Budget((long) (Quality.SHARE * counter.count(sitting.items())), 0, 0);
                for (Level level : Level.values()) {
                    Consolidated once = consolidator.consolidate(sitting.items(), level, budget);
                    Consolidated twice = consolidator.consolidate(once.kept(), level, budget);
                    changed += twice.kept().equals(once.kept()) ? 0 : 1;
                    lost += lost(sitting, once);
                    for (ContextItem item : sitting.items()) {
                        pinned += item.pinned() ? 1 : 0;
                        kept += item.pinned() && once.kept().contains(item) ? 1 : 0;
                    }
                }
            }
        }
        goals.report(Result.of("pinned.kept", pinned == 0 ? 100 : 100.0 * kept / pinned, "%"));
        goals.none(Result.count("pinned.lost", pinned - kept));
        goals.none(Result.count("items.lost", lost));
        goals.none(Result.count("twice.differs", changed));
    }

    /** Items that are neither in the context as they were nor among what was dropped. */
    private static long lost(Sitting sitting, Consolidated outcome) {
        Map<Long, ContextItem> known = new HashMap<>();
        outcome.kept().forEach(item -> known.put(item.number(), item));
        outcome.dropped().stream().map(Dropped::item).forEach(item -> known.put(item.number(), item));
        return sitting.items().stream()
                .filter(item -> !item.equals(known.get(item.number())))
                .count();
    }
}
