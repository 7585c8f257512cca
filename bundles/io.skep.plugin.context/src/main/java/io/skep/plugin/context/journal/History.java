// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import io.skep.plugin.base.Declination;
import io.skep.plugin.context.journal.Index.Step;
import io.skep.plugin.context.journal.Mark.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a session's context was at earlier revisions. Thread-safe. */
public final class History {
    private final SessionLog log;

    /** Of that session. */
    public History(SessionLog log) {
        this.log = log;
    }

    /**
     * A change other than by appending.
     *
     * @param revision that it made
     * @param at when, milliseconds since 1970 UTC
     * @param what a word
     * @param note why
     */
    public record Version(long revision, long at, String what, String note) {}

    /**
     * The context at a revision.
     *
     * @param numbers of the items in it, in order
     * @param standIns where is what stands for some
     */
    record Context(Ranges numbers, Map<Integer, Place> standIns) {}

    /** Changes other than by appending, the newest first. */
    public List<Version> versions() {
        List<Version> all = new ArrayList<>();
        for (Step step : log.steps()) {
            all.add(0, new Version(step.revision(), step.at(), step.what(), step.note()));
        }
        return all;
    }

    /** The oldest revision that can be restored: 0, or the one by which the file was written anew. */
    public long oldest() {
        return log.steps().stream()
                .filter(step -> step.what().equals("rewritten"))
                .mapToLong(Step::revision)
                .max()
                .orElse(0);
    }

    /** The context at a revision, with what else is known of that time. */
    public View at(long revision) {
        View now = log.view();
        Context then = context(revision);
        return new View(
                now.meta(),
                revision,
                then.numbers(),
                0,
                now.last(),
                now.places().with(then.standIns()),
                now.pinned());
    }

    private Context context(long revision) {
        check(revision);
        Step begun = null;
        int reached = 0;
        long at = 0;
        for (Step step : log.steps()) {
            if (step.revision() <= revision) {
                begun = step.hasRanges() ? step : begun;
                reached = step.last();
                at = step.revision();
            }
        }
        Mark mark = begun == null ? null : read(begun.place());
        int[] ranges = mark == null ? null : mark.ranges();
        Ranges.Builder numbers = new Ranges.Builder(ranges == null ? Ranges.EMPTY : Ranges.of(ranges));
        long end = reached + (revision - at);
        for (int number = begun == null ? 1 : begun.last() + 1; number <= end; number++) {
            numbers.add(number);
        }
        return new Context(numbers.build(), mark == null ? Map.of() : Index.standIns(mark));
    }

    private void check(long revision) {
        long now = log.view().revision();
        long oldest = oldest();
        if (revision < oldest || revision > now) {
            throw new Declination("field \"revision\" must be " + oldest + " to " + now + ", not " + revision);
        }
    }

    /** Where in the file the record ends that made a revision. */
    long endOf(long revision) {
        check(revision);
        int reached = 0;
        long at = 0;
        long end = 0;
        for (Step step : log.steps()) {
            if (step.revision() <= revision) {
                reached = step.last();
                at = step.revision();
                end = step.place().body() + step.place().length();
            }
        }
        if (revision == at) {
            return end;
        }
        Place place = log.view().places().original((int) (reached + revision - at));
        return place.body() + place.length();
    }

    private Mark read(Place place) {
        return log.reading(index -> {
            try {
                return index.mark(LogFiles.read(log.path(), place.body(), place.length()));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
    }
}
