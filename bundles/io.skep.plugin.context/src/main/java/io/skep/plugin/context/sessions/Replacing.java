// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.Refusal;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Batch;
import io.skep.plugin.context.journal.Ranges;
import io.skep.plugin.context.journal.SessionLog;
import io.skep.plugin.context.journal.View;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts another context in the place of the present one. Used once. */
final class Replacing implements SessionLog.Change<Long> {
    private final SessionLog log;
    private final TokenCounter tokens;
    private final SessionSettings settings;
    private final long now;
    private final Wanted wanted;

    /** What is wanted, as {@link Sessions#replace} takes it. */
    record Wanted(long expected, List<ContextItem> kept, List<Draft> added, String note) {}

    Replacing(SessionLog log, TokenCounter tokens, SessionSettings settings, long now, Wanted wanted) {
        this.log = log;
        this.tokens = tokens;
        this.settings = settings;
        this.now = now;
        this.wanted = wanted;
    }

    @Override
    public Long make(Batch batch) {
        if (wanted.expected() > batch.revision()) {
            throw new Declination("revision " + wanted.expected() + " is not there yet");
        }
        if (batch.hasChangedSince(wanted.expected())) {
            throw conflict("has changed after revision " + wanted.expected());
        }
        View before = batch.before();
        Ranges.Builder context = new Ranges.Builder();
        BitSet there = new BitSet();
        Quotas.checkItems(settings, batch.next() - 1 + wanted.added().size());
        for (Draft draft : wanted.added()) {
            context.add(batch.next());
            there.set(batch.next());
            batch.add(draft.numbered(batch.next(), now), tokens.count(draft.text()));
        }
        Map<Integer, Batch.StandIn> standIns = new HashMap<>();
        keep(batch, before, context, there, standIns);
        int appended = Math.toIntExact(batch.revision() - wanted.expected());
        int[] present = before.context().all();
        for (int i = present.length - appended; i < present.length; i++) {
            if (!there.get(present[i])) {
                there.set(present[i]);
                context.add(present[i]);
            }
        }
        for (int number : present) {
            if (batch.isPinned(number) && !there.get(number)) {
                throw conflict("has item " + number + " pinned, which would be missing");
            }
        }
        batch.replace("replaced", now, wanted.note(), context.build(), standIns);
        Quotas.checkBytes(settings, batch.fileBytes() + batch.bytes());
        return batch.revision() + 1;
    }

    private void keep(
            Batch batch, View before, Ranges.Builder context, BitSet there, Map<Integer, Batch.StandIn> standIns) {
        Ranges.Builder numbers = new Ranges.Builder();
        for (ContextItem item : wanted.kept()) {
            if (!before.has(item.number())) {
                throw new Declination("there is no item " + item.number() + " that could be kept");
            }
            int number = (int) item.number();
            if (there.get(number)) {
                throw new Declination("item " + number + " is named twice");
            }
            there.set(number);
            context.add(number);
            numbers.add(number);
        }
        Ranges all = numbers.build();
        List<ContextItem> originals = log.items(before, all, false);
        List<ContextItem> present = log.items(before, all, true);
        int i = 0;
        for (ContextItem item : wanted.kept()) {
            if (!Batch.same(item, originals.get(i))) {
                int number = (int) item.number();
                if (batch.isPinned(number)) {
                    throw conflict("has item " + number + " pinned, which would be changed");
                }
                Batch.StandIn standing = Batch.same(item, present.get(i)) ? batch.kept(item) : null;
                standIns.put(
                        number, standing == null ? new Batch.StandIn(item, tokens.count(item.text()), null) : standing);
            }
            i++;
        }
    }

    private Refusal conflict(String what) {
        return Refusal.of(Refusal.Reason.CONFLICT, "session " + log.directory().getFileName() + ' ' + what);
    }
}
