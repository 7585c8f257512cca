// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.journal.History;
import io.skep.plugin.context.journal.Ranges;
import io.skep.plugin.context.journal.SessionLog;
import io.skep.plugin.context.journal.Surgery;
import io.skep.plugin.context.journal.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The operations that change nothing. Thread-safe. */
final class SessionReading {
    /** Characters of texts in one answer, more or less: it ends with the item that reaches them. */
    static final int PAGE_CHARS = 2 << 20;

    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private final DiskSessions sessions;
    private final Codec codec;

    SessionReading(DiskSessions sessions, Codec codec) {
        this.sessions = sessions;
        this.codec = codec;
    }

    /** A session that the caller may read; what it may not is not there. */
    Session seen(Reach reach, String id) {
        return sessions.find(id)
                .filter(reach::sees)
                .orElseThrow(() -> new Declination("there is no session "
                        + id.substring(0, Math.min(64, id.length())).replaceAll("\\W", "?")));
    }

    Session seen(Reach reach, String field, @Nullable String id) {
        return seen(reach, Inputs.required(field, id));
    }

    static Results.About about(Session session) {
        return new Results.About(
                session.id(),
                session.agent(),
                session.tenant(),
                session.owner(),
                word(session.access()),
                session.title(),
                session.takesAttempts(),
                session.openedAt(),
                session.closedAt(),
                session.changedAt(),
                session.revision(),
                session.items(),
                session.tokens(),
                session.archived(),
                session.bytes());
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    Results.Listed list(Reach reach, Requests.Listing asked) {
        Inputs.range("limit", asked.limit(), 1, MAX_PAGE);
        int limit = asked.limit() == null ? DEFAULT_PAGE : asked.limit();
        List<Session> found = sessions.all().stream()
                .filter(session -> asked.agent() == null || session.agent().equals(asked.agent()))
                .filter(session -> asked.open() == null || session.isOpen() == asked.open())
                .filter(session -> asked.after() == null || session.id().compareTo(asked.after()) > 0)
                .filter(reach::sees)
                .limit(limit + 1L)
                .toList();
        List<Session> page = found.subList(0, Math.min(limit, found.size()));
        return new Results.Listed(
                page.stream().map(SessionReading::about).toList(),
                found.size() > limit ? page.get(limit - 1).id() : null);
    }

    Results.Shown show(Reach reach, Requests.One asked) {
        Session session = seen(reach, "session", asked.session());
        return new Results.Shown(
                about(session),
                sessions.pinned(session.id()).stream().limit(MAX_PAGE).toList(),
                new Surgery(sessions.log(session.id())).checkpoints());
    }

    Results.Versions versions(Reach reach, Requests.One asked) {
        Session session = seen(reach, "session", asked.session());
        History history = new History(sessions.log(session.id()));
        return new Results.Versions(
                session.id(),
                session.revision(),
                history.oldest(),
                history.versions().stream()
                        .limit(MAX_PAGE)
                        .map(one -> new Results.Change(one.revision(), one.at(), one.what(), one.note()))
                        .toList());
    }

    Results.Items items(Reach reach, Requests.Items asked) {
        Session session = seen(reach, "session", asked.session());
        Inputs.range("limit", asked.limit(), 1, MAX_PAGE);
        Inputs.range("from", asked.from(), 0, Integer.MAX_VALUE);
        SessionLog log = sessions.log(session.id());
        boolean archive = Boolean.TRUE.equals(asked.archive());
        if (archive && asked.revision() != null) {
            throw new Declination("field \"revision\" is of a context, and the archive is of all of them");
        }
        View view = asked.revision() == null ? log.view() : new History(log).at(asked.revision());
        Ranges numbers = archive ? view.archive() : view.context();
        List<ContextItem> all = log.items(view, numbers, !archive);
        int from = asked.from() == null ? 0 : Math.min(asked.from(), all.size());
        int limit = asked.limit() == null ? DEFAULT_PAGE : asked.limit();
        List<Results.Item> page = new ArrayList<>();
        long chars = 0;
        int at = from;
        while (at < all.size() && page.size() < limit && chars < PAGE_CHARS) {
            ContextItem item = all.get(at);
            int number = numbers.get(at);
            page.add(item(item, archive ? view.originalTokens(number) : view.tokens(number)));
            chars += item.text().length();
            at++;
        }
        return new Results.Items(session.id(), view.revision(), page, all.size(), at < all.size() ? at : null);
    }

    static Results.Item item(ContextItem item, int tokens) {
        return new Results.Item(
                item.number(),
                word(item.kind()),
                item.at(),
                item.author(),
                item.text(),
                item.about(),
                item.subject(),
                item.pinned(),
                tokens);
    }

    /** Everything that was ever appended, as lines of JSON. */
    Results.Exported export(Reach reach, Requests.Export asked) {
        Session session = seen(reach, "session", asked.session());
        SessionLog log = sessions.log(session.id());
        View view = log.view();
        Ranges numbers = view.archive();
        List<ContextItem> all = log.items(view, numbers, false);
        StringBuilder lines = new StringBuilder();
        int at = 0;
        if (asked.after() == null) {
            lines.append(codec.write(about(session))).append('\n');
        } else {
            long after = asked.after();
            while (at < numbers.size() && numbers.get(at) <= after) {
                at++;
            }
        }
        while (at < all.size() && lines.length() < PAGE_CHARS) {
            ContextItem item = all.get(at);
            lines.append(codec.write(item(item, view.originalTokens(numbers.get(at)))))
                    .append('\n');
            at++;
        }
        return new Results.Exported(
                session.id(), lines.toString(), at < all.size() ? (long) numbers.get(at - 1) : null);
    }
}
