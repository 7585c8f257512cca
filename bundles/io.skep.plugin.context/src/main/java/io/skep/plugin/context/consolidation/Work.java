// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A context while it is made smaller. For one thread. */
final class Work {
    private final ToLongFunction<ContextItem> counter;
    private final ContextItem[] before;
    private final @Nullable ContextItem[] now;
    private final @Nullable Dropped[] dropped;
    private final long[] takes;
    private final long tokensBefore;
    private long tokens;

    Work(List<ContextItem> items, ToLongFunction<ContextItem> counter, Pace pace) {
        this.counter = counter;
        this.before = items.toArray(ContextItem[]::new);
        this.now = before.clone();
        this.dropped = new Dropped[before.length];
        this.takes = new long[before.length];
        for (int i = 0; i < before.length; i++) {
            pace.step();
            takes[i] = counter.applyAsLong(before[i]);
            tokens += takes[i];
        }
        this.tokensBefore = tokens;
    }

    int size() {
        return before.length;
    }

    /** The item at a place as it is now; null if it is dropped. */
    @Nullable
    ContextItem at(int place) {
        return now[place];
    }

    /** What the item at a place takes now. */
    long takes(int place) {
        return takes[place];
    }

    /** What all take now. */
    long tokens() {
        return tokens;
    }

    void drop(int place, Reason reason, @Nullable Long by) {
        note(place, reason, by);
        now[place] = null;
        tokens -= takes[place];
        takes[place] = 0;
    }

    /** The item at a place has less text now. */
    void shorten(int place, ContextItem shorter, Reason reason, @Nullable Long by) {
        note(place, reason, by);
        now[place] = shorter;
        tokens -= takes[place];
        takes[place] = counter.applyAsLong(shorter);
        tokens += takes[place];
    }

    /** Why an item that had less text already goes is what it lost its text for, unless it goes now. */
    private void note(int place, Reason reason, @Nullable Long by) {
        dropped[place] = new Dropped(before[place], reason, by);
    }

    Consolidated result() {
        List<ContextItem> kept = new ArrayList<>();
        List<Dropped> gone = new ArrayList<>();
        for (int i = 0; i < before.length; i++) {
            ContextItem item = now[i];
            if (item != null) {
                kept.add(item);
            }
            Dropped one = dropped[i];
            if (one != null) {
                gone.add(one);
            }
        }
        return new Consolidated(kept, gone, tokensBefore, tokens);
    }
}
