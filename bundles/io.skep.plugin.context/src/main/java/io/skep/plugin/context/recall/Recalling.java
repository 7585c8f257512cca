// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.context.archive.Archive;
import io.skep.plugin.context.archive.Ask;
import io.skep.plugin.context.archive.Found;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.sessions.Gate;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what was archived. Thread-safe. */
final class Recalling {
    /** What an answer says when it went by words only. */
    static final String LEXICAL = "lexical";

    private static final Logger LOG = LoggerFactory.getLogger(Recalling.class);
    private static final int MAX_QUERY_CHARS = 4_096;
    private static final int MAX_FOUND = 100;
    private static final int DEFAULT_FOUND = 10;
    private static final int TEXT_CHARS = 2_000;

    private final Sessions sessions;
    private final Archive archive;
    private final Supplier<Optional<Embedder>> embedder;

    Recalling(Sessions sessions, Archive archive, Supplier<Optional<Embedder>> embedder) {
        this.sessions = sessions;
        this.archive = archive;
        this.embedder = embedder;
    }

    Results.Recalled recall(Gate gate, Requests.Recall asked) {
        if (asked.number() != null) {
            return byNumber(gate, asked.session(), asked.number());
        }
        String query = Inputs.required("query", asked.query());
        Inputs.text("query", query, MAX_QUERY_CHARS);
        Inputs.range("limit", asked.limit(), 1, MAX_FOUND);
        Predicate<String> readable = gate::reads;
        if (asked.session() != null) {
            String only = gate.readable(asked.session()).id();
            readable = only::equals;
        }
        Contexts contexts = new Contexts();
        boolean archived = !Boolean.FALSE.equals(asked.archived());
        Ask ask = new Ask(
                query,
                asked.limit() == null ? DEFAULT_FOUND : asked.limit(),
                readable.and(session -> isOf(session, asked.agent())),
                (session, number) -> !archived || !contexts.hasWhole(session, number));
        return search(ask, contexts);
    }

    private Results.Recalled search(Ask ask, Contexts contexts) {
        Embedder encoder = embedder.get().orElse(null);
        List<Found> found;
        String by = LEXICAL;
        try {
            found = archive.search(ask, encoder);
            by = encoder == null ? LEXICAL : encoder.model();
        } catch (IllegalStateException gone) {
            LOG.debug("the encoder has gone or has too much to do; going by words", gone);
            found = archive.search(ask, null);
        }
        List<Results.Item> items = new ArrayList<>();
        for (Found one : found) {
            ContextItem item = contexts.archived(one.session(), one.number());
            if (item != null) {
                items.add(item(one.session(), item, contexts, one.score()));
            }
        }
        return new Results.Recalled(items, by);
    }

    private Results.Recalled byNumber(Gate gate, @Nullable String session, long number) {
        Inputs.range("number", number, 1, Long.MAX_VALUE);
        String id = gate.readable(session).id();
        Contexts contexts = new Contexts();
        ContextItem item = contexts.archived(id, number);
        if (item == null) {
            throw new Declination("there is no item " + number + " in session " + id);
        }
        return new Results.Recalled(List.of(item(id, item, contexts, null)), LEXICAL);
    }

    private boolean isOf(String session, @Nullable String agent) {
        return agent == null
                || sessions.find(session)
                        .map(Session::agent)
                        .filter(agent::equals)
                        .isPresent();
    }

    private static Results.Item item(String session, ContextItem item, Contexts contexts, @Nullable Double score) {
        return new Results.Item(
                session,
                item.number(),
                Consolidating.word(item.kind()),
                item.at(),
                item.author(),
                score == null ? item.text() : Differing.begin(item.text(), TEXT_CHARS),
                item.text().length(),
                contexts.hasWhole(session, item.number()),
                score);
    }

    /** The contexts and archives of the sessions that one answer is about, each read once. For one thread. */
    private final class Contexts {
        private final Map<String, Map<Long, ContextItem>> contexts = new HashMap<>();
        private final Map<String, List<ContextItem>> archives = new HashMap<>();

        boolean hasWhole(String session, long number) {
            ContextItem here = contexts.computeIfAbsent(session, this::read).get(number);
            if (here == null) {
                return false;
            }
            ContextItem was = archived(session, number);
            return was != null && was.text().equals(here.text());
        }

        @Nullable
        ContextItem archived(String session, long number) {
            try {
                return Items.find(
                        archives.computeIfAbsent(
                                session, id -> sessions.archive(id).items()),
                        number);
            } catch (Declination gone) {
                return null;
            }
        }

        private Map<Long, ContextItem> read(String session) {
            Map<Long, ContextItem> context = new HashMap<>();
            try {
                sessions.items(session).items().forEach(item -> context.put(item.number(), item));
            } catch (Declination gone) {
                LOG.debug("session {} was erased meanwhile", session);
            }
            return context;
        }
    }
}
