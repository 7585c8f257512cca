// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.Refusal;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.sessions.Draft;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Sessions in memory, all of the agent {@code ada}; a token is a character. */
final class MemorySessions implements Sessions {
    private final Map<String, Kept> all = new TreeMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private UnaryOperator<List<ContextItem>> reading = items -> items;

    private record Kept(long revision, List<ContextItem> context, List<ContextItem> archive) {}

    /** What happens when a context is read. */
    synchronized void onRead(UnaryOperator<List<ContextItem>> how) {
        reading = how;
    }

    /** With items, and nobody is told. */
    synchronized void put(String id, List<ContextItem> items) {
        all.put(id, new Kept(items.size(), List.copyOf(items), List.copyOf(items)));
    }

    /** Gone, and nobody is told. */
    synchronized void forget(String id) {
        all.remove(id);
    }

    /** Gone, and everybody is told. */
    void erase(String id) {
        forget(id);
        listeners.forEach(listener -> listener.erased(id));
    }

    /** Some items are gone, and everybody is told. */
    void erase(String id, List<Long> numbers) {
        synchronized (this) {
            List<ContextItem> left = kept(id).archive().stream()
                    .filter(item -> !numbers.contains(item.number()))
                    .toList();
            all.put(id, new Kept(kept(id).revision() + 1, left, left));
        }
        listeners.forEach(listener -> listener.erased(id, numbers));
    }

    private Kept kept(String id) {
        Kept kept = all.get(id);
        if (kept == null) {
            throw new Declination("there is no session " + id);
        }
        return kept;
    }

    private static long tokens(List<ContextItem> items) {
        return items.stream().mapToLong(item -> item.text().length()).sum();
    }

    private Session session(String id) {
        Kept kept = kept(id);
        return new Session(
                id,
                "ada",
                "default",
                null,
                Session.Access.TEAM,
                null,
                false,
                0,
                null,
                0,
                kept.revision(),
                kept.context().size(),
                tokens(kept.context()),
                kept.archive().size(),
                0);
    }

    @Override
    public synchronized List<Session> all() {
        return all.keySet().stream().map(this::session).toList();
    }

    @Override
    public List<Session> of(String agent) {
        return agent.equals("ada") ? all() : List.of();
    }

    @Override
    public synchronized Optional<Session> find(String id) {
        return all.containsKey(id) ? Optional.of(session(id)) : Optional.empty();
    }

    @Override
    public Snapshot items(String id) {
        Kept kept;
        UnaryOperator<List<ContextItem>> how;
        synchronized (this) {
            kept = kept(id);
            how = reading;
        }
        return new Snapshot(kept.revision(), tokens(kept.context()), how.apply(kept.context()));
    }

    @Override
    public synchronized Snapshot archive(String id) {
        Kept kept = kept(id);
        return new Snapshot(kept.revision(), tokens(kept.archive()), kept.archive());
    }

    @Override
    public List<Long> append(String id, List<Draft> drafts) {
        List<ContextItem> added = new ArrayList<>();
        synchronized (this) {
            Kept kept = kept(id);
            for (Draft draft : drafts) {
                added.add(draft.numbered(kept.archive().size() + added.size() + 1L, 0));
            }
            List<ContextItem> context = new ArrayList<>(kept.context());
            List<ContextItem> archive = new ArrayList<>(kept.archive());
            context.addAll(added);
            archive.addAll(added);
            all.put(id, new Kept(kept.revision() + added.size(), context, archive));
        }
        Session now = find(id).orElseThrow();
        listeners.forEach(listener -> listener.appended(now, added));
        return added.stream().map(ContextItem::number).toList();
    }

    @Override
    public synchronized Session replace(
            String id, long expected, List<ContextItem> kept, List<Draft> added, String note) {
        Kept now = kept(id);
        if (now.revision() != expected) {
            throw Refusal.of(Refusal.Reason.CONFLICT, "the context has changed");
        }
        all.put(id, new Kept(now.revision() + 1, List.copyOf(kept), now.archive()));
        return session(id);
    }

    @Override
    public List<Long> pinned(String id) {
        return List.of();
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }
}
