// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.Batch;
import io.skep.plugin.context.journal.History;
import io.skep.plugin.context.journal.Meta;
import io.skep.plugin.context.journal.Ranges;
import io.skep.plugin.context.journal.SessionLog;
import io.skep.plugin.context.journal.View;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The operations that change sessions. Thread-safe. */
final class SessionChanging {
    static final List<String> ACCESS = List.of("private", "team", "public");
    private static final List<String> KINDS =
            Arrays.stream(ContextItem.Kind.values()).map(SessionReading::word).toList();
    private static final int MAX_ITEMS = 1000;
    private static final int MAX_NAME = 256;
    private static final int MAX_NOTE = 2000;

    private final DiskSessions sessions;
    private final SessionReading reading;
    private final Clock clock;
    private final SessionSettings settings;

    SessionChanging(DiskSessions sessions, SessionReading reading, Clock clock, SessionSettings settings) {
        this.sessions = sessions;
        this.reading = reading;
        this.clock = clock;
        this.settings = settings;
    }

    private Session changed(Reach reach, @Nullable String id) {
        Session session = reading.seen(reach, "session", id);
        reach.checkChanges(session);
        return session;
    }

    private Results.Changed after(String id) {
        return new Results.Changed(
                SessionReading.about(DiskSessions.session(sessions.log(id).summary())));
    }

    private static String made(String field, @Nullable String name) {
        Inputs.name(field, name);
        return name == null ? "s-" + UUID.randomUUID() : name;
    }

    Results.Changed open(Reach reach, Requests.Open asked) {
        String agent = asked.agent() == null ? reach.agent() : asked.agent();
        Inputs.text("agent", Inputs.required("agent", agent), MAX_NAME);
        Inputs.text("title", asked.title(), MAX_NOTE);
        Inputs.oneOf("access", asked.access(), ACCESS);
        reach.checkOpens(Inputs.required("agent", agent));
        String id = made("session", asked.session());
        Meta meta = new Meta(
                id,
                Inputs.required("agent", agent),
                reach.tenant(),
                reach.owner(),
                asked.access() == null ? "private" : asked.access(),
                asked.title(),
                Boolean.TRUE.equals(asked.takesAttempts()),
                clock.millis(),
                null,
                null);
        if (!sessions.create(meta)) {
            throw new Declination("there is a session " + id + " already");
        }
        return after(id);
    }

    CompletionStage<Results.Appended> append(Reach reach, Requests.Append asked) {
        Session session = changed(reach, asked.session());
        Inputs.text("key", asked.key(), MAX_NAME);
        List<Requests.Item> items = Inputs.list("items", Inputs.required("items", asked.items()), MAX_ITEMS);
        if (items.isEmpty()) {
            throw new Declination("field \"items\" must have at least one entry");
        }
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            drafts.add(draft(reach, "items[" + i + "].", items.get(i)));
        }
        SessionLog log = sessions.log(session.id());
        return log.changeLater(sessions.appending(drafts, asked.key() == null ? 0 : hash(asked.key())))
                .thenApply(done -> {
                    if (!done.repeated()) {
                        sessions.appended(log, done.numbers());
                    }
                    return new Results.Appended(done.numbers(), done.revision(), done.repeated());
                });
    }

    private Draft draft(Reach reach, String field, Requests.Item item) {
        Inputs.oneOf(field + "kind", item.kind(), KINDS);
        String text = Inputs.required(field + "text", item.text());
        if (text.length() > settings.itemChars()) {
            throw new Declination("field \"" + field + "text\" must have at most " + settings.itemChars()
                    + " characters, not " + text.length());
        }
        Inputs.text(field + "author", item.author(), MAX_NAME);
        Inputs.text(field + "subject", item.subject(), MAX_NOTE);
        Inputs.range(field + "at", item.at(), 0, Long.MAX_VALUE);
        Inputs.range(field + "about", item.about(), 1, Integer.MAX_VALUE);
        ContextItem.Kind kind = item.kind() == null
                ? ContextItem.Kind.MESSAGE
                : ContextItem.Kind.valueOf(item.kind().toUpperCase(Locale.ROOT));
        return new Draft(
                kind,
                item.at(),
                item.author() == null ? reach.agent() : item.author(),
                text,
                item.about(),
                item.subject(),
                Boolean.TRUE.equals(item.pinned()));
    }

    /** A number for a text; never 0. */
    static long hash(String key) {
        byte[] digest = Digests.sha256(key.getBytes(StandardCharsets.UTF_8));
        long hash = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            hash = (hash << 8) | (digest[i] & 0xff);
        }
        return hash == 0 ? 1 : hash;
    }

    Results.Changed restore(Reach reach, Requests.Restore asked) {
        Session session = changed(reach, asked.session());
        long revision = Inputs.required("revision", asked.revision());
        Inputs.text("note", asked.note(), MAX_NOTE);
        SessionLog log = sessions.log(session.id());
        String note = asked.note() == null ? "as of revision " + revision : asked.note();
        log.change(batch -> {
            View then = new History(log).at(revision);
            BitSet pins = batch.pins();
            Ranges.Builder context = new Ranges.Builder();
            BitSet there = new BitSet();
            for (int number : then.context().all()) {
                context.add(number);
                there.set(number);
            }
            // What must stay stays, also if it came later.
            pins.stream().filter(number -> !there.get(number)).forEach(context::add);
            batch.replace("restored", clock.millis(), note, context.build(), Batch.standIns(then, pins));
            return batch.revision() + 1;
        });
        return after(session.id());
    }

    Results.Changed fork(Reach reach, Requests.Fork asked) {
        Session session = reading.seen(reach, "session", asked.session());
        String id = made("fork", asked.fork());
        String agent = reach.agent() == null ? session.agent() : reach.agent();
        Meta meta = new Meta(
                id,
                agent,
                session.tenant(),
                reach.owner(),
                SessionReading.word(session.access()),
                session.title(),
                false,
                clock.millis(),
                null,
                session.id());
        long revision = asked.revision() == null ? session.revision() : asked.revision();
        if (!sessions.fork(sessions.log(session.id()), meta, revision)) {
            throw new Declination("there is a session " + id + " already");
        }
        return after(id);
    }

    Results.Changed close(Reach reach, Requests.Close asked) {
        Session session = changed(reach, asked.session());
        Long at = Boolean.TRUE.equals(asked.reopen()) ? null : (Long) clock.millis();
        close(session.id(), at);
        return after(session.id());
    }

    /** Closes a session or, for null, opens it again; one that is so already stays as it is. */
    void close(String id, @Nullable Long at) {
        sessions.log(id).change(batch -> {
            boolean isClosed = batch.meta().closedAt() != null;
            if (isClosed != (at != null)) {
                batch.meta(batch.meta().closed(at));
            }
            return true;
        });
    }

    Results.Changed access(Reach reach, Requests.Access asked) {
        Session session = changed(reach, asked.session());
        String word = Inputs.required("access", asked.access());
        Inputs.oneOf("access", word, ACCESS);
        sessions.log(session.id()).change(batch -> {
            batch.meta(batch.meta().access(word));
            return true;
        });
        return after(session.id());
    }

    Results.Changed pin(Reach reach, Requests.Pin asked) {
        Session session = changed(reach, asked.session());
        List<Long> numbers = Inputs.list("numbers", Inputs.required("numbers", asked.numbers()), MAX_ITEMS);
        boolean isPinned = !Boolean.FALSE.equals(asked.pinned());
        sessions.log(session.id()).change(batch -> {
            View before = batch.before();
            BitSet pins = batch.pins();
            for (int i = 0; i < numbers.size(); i++) {
                if (!before.has(numbers.get(i))) {
                    throw new Declination(
                            "field \"numbers[" + i + "]\": there is no item " + numbers.get(i) + " in the session");
                }
                pins.set(numbers.get(i).intValue(), isPinned);
            }
            pin(batch, before, pins, isPinned);
            return true;
        });
        return after(session.id());
    }

    /** What is pinned is in the context, as it was appended. */
    private void pin(Batch batch, View before, BitSet pins, boolean isPinned) {
        String note = isPinned ? "pinned" : "no longer pinned";
        if (!isPinned) {
            batch.pin(clock.millis(), note, pins);
            return;
        }
        Ranges.Builder context = new Ranges.Builder(before.context());
        BitSet there = new BitSet();
        for (int number : before.context().all()) {
            there.set(number);
        }
        pins.stream().filter(number -> !there.get(number)).forEach(context::add);
        batch.replace("pinned", clock.millis(), note, context.build(), Batch.standIns(before, pins), pins);
    }

    Results.Erased erase(Reach reach, Requests.Erase asked) {
        Inputs.text("author", asked.author(), MAX_NAME);
        List<Session> which = toErase(reach, asked);
        which.forEach(reach::checkChanges);
        int gone = 0;
        int items = 0;
        for (Session session : which) {
            if (asked.author() == null) {
                items += session.archived();
                gone += sessions.erase(session.id()) ? 1 : 0;
            } else {
                items += sessions.eraseAuthor(session.id(), asked.author()).size();
            }
        }
        return new Results.Erased(gone, items);
    }

    private List<Session> toErase(Reach reach, Requests.Erase asked) {
        if (asked.session() != null && asked.agent() == null) {
            return List.of(changed(reach, asked.session()));
        }
        List<Session> found;
        if (asked.session() == null && asked.agent() != null) {
            found = sessions.of(Inputs.required("agent", asked.agent()));
        } else if (asked.session() == null && asked.author() != null) {
            found = sessions.all();
        } else {
            throw new Declination("one of the fields \"session\" and \"agent\" must be there, or \"author\"");
        }
        return found.stream().filter(reach::sees).toList();
    }
}
