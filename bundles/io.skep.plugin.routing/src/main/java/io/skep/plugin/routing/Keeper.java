// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.plugin.base.Codec;
import io.skep.plugin.routing.rank.Learned;
import io.skep.plugin.routing.rank.Past;
import io.skep.plugin.routing.rank.Ranker;
import io.skep.plugin.routing.rank.Ranker.Remembered;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was learned in the store, schema {@value #SCHEMA}: the document {@code learned} (weights, counts, newest
 * decisions), {@code agents-N} (counts of {@value #AGENTS} agents each) and {@code memory-N} ({@value #SHARD} past tasks
 * each, with a byte a dimension). It is written every ten seconds at most, only what has changed and at most {@value
 * #WRITES} documents of memory at once, and when the plugin is closed. Another schema is neither read nor written over.
 * Used by the follower's thread, and by the closing one after that has ended.
 */
final class Keeper {
    static final int SCHEMA = 1;
    static final int SHARD = 250;
    private static final int AGENTS = 1000;
    private static final int WRITES = 8;
    private static final int DECISIONS = 100;
    private static final String MAIN = "learned";
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final PluginState state;
    private final Brain brain;
    private final Decisions decisions;
    private final Codec codec;
    private final Clock clock;
    private final Map<String, String> written = new HashMap<>();
    private Instant next = Instant.MIN;
    private long revision;
    private long remembered;
    /** The model of the documents up to {@link #remembered}. */
    private @Nullable String writtenModel;

    private volatile boolean changed;

    /** The document {@code learned}; versions of before kept no fits. */
    record Main(
            @Nullable String model,
            int dimensions,
            double[] weights,
            double[][] covariance,
            long outcomes,
            double[] totals,
            double @Nullable [] fits,
            long learned,
            long missing,
            List<Waiting> waiting) {}

    /** A decision that is waited for. */
    record Waiting(
            String id,
            @Nullable String task,
            String text,
            @Nullable String vector,
            @Nullable String model,
            String agent,
            float[] features,
            @Nullable List<Decisions.Chosen> others,
            long atMillis) {
        static Waiting of(Decisions.Made made) {
            return new Waiting(
                    made.id(),
                    made.task(),
                    made.text(),
                    Packing.pack(made.vector()),
                    made.model(),
                    made.picked().agent(),
                    made.picked().features(),
                    made.others(),
                    made.atMillis());
        }

        /** As it was; versions of before kept no others, and no model, without which the vector is of no use. */
        Decisions.Made made() {
            return new Decisions.Made(
                    id,
                    task,
                    text,
                    model == null ? null : Packing.unpack(vector),
                    model,
                    new Decisions.Chosen(agent, features),
                    others == null ? List.of() : List.copyOf(others),
                    atMillis,
                    new Decisions.Heard());
        }
    }

    /** A document {@code agents-N}. */
    record Accounts(Map<String, double[]> agents) {}

    /** A document {@code memory-N}, with the model of its vectors, which versions of before did not keep. */
    record Shard(@Nullable String model, List<Kept> tasks) {
        /** Its tasks, without their vectors if these are of another model. */
        List<Kept> of(@Nullable String wanted) {
            return Objects.equals(model, wanted)
                    ? tasks
                    : tasks.stream().map(kept -> new Kept(kept.past(), null)).toList();
        }
    }

    /** A past task with its vector in bytes, Base64. */
    record Kept(Past past, @Nullable String vector) {}

    Keeper(PluginState state, Brain brain, Decisions decisions, Codec codec, Clock clock) {
        this.state = state;
        this.brain = brain;
        this.decisions = decisions;
        this.codec = codec;
        this.clock = clock;
    }

    /** Something was learned or decided; said by any thread. */
    void changed() {
        changed = true;
    }

    /** Whether what can be read is no longer what was read. */
    boolean mustLoad() {
        return state.revision() != revision;
    }

    /** A mind that knows what is kept, and no agents yet. Its model's encoder may never come. */
    Mind load() {
        revision = state.revision();
        Main main = read(MAIN, Main.class);
        if (main == null) {
            return brain.blank(null, 0);
        }
        Mind mind = brain.blank(main.model(), main.model() == null ? 0 : main.dimensions());
        Ranker ranker = mind.ranker();
        Map<String, double[]> accounts = new LinkedHashMap<>();
        for (int i = 0; state.keys().contains(key("agents", i)); i++) {
            Accounts some = read(key("agents", i), Accounts.class);
            accounts.putAll(some == null ? Map.of() : some.agents());
        }
        double[] fits = main.fits();
        ranker.restore(new Learned(
                main.weights(),
                main.covariance(),
                main.outcomes(),
                main.totals(),
                accounts,
                fits == null ? new double[0] : fits));
        List<Kept> tasks = new ArrayList<>();
        for (int i = 0; state.keys().contains(key("memory", i)); i++) {
            Shard shard = read(key("memory", i), Shard.class);
            tasks.addAll(shard == null ? List.of() : shard.of(main.model()));
        }
        remembered = restore(ranker, tasks);
        writtenModel = main.model();
        decisions.count(main.learned(), main.missing());
        main.waiting().stream()
                .filter(waiting -> decisions.find(waiting.id()) == null)
                .forEach(waiting -> decisions.add(waiting.made()));
        return mind;
    }

    /** Restores past tasks by their places; returns up to which number the documents are as the memory is. */
    private long restore(Ranker ranker, List<Kept> tasks) {
        int most = brain.settings().tuning().memory();
        tasks.sort(Comparator.comparingLong(kept -> kept.past().number()));
        List<Kept> newest = new ArrayList<>(tasks.subList(Math.max(0, tasks.size() - most), tasks.size()));
        if (newest.isEmpty()) {
            return 0;
        }
        long seen = newest.get(newest.size() - 1).past().number() + 1;
        newest.sort(Comparator.comparingLong(kept -> kept.past().number() % most));
        boolean same = true;
        for (int place = 0; place < newest.size(); place++) {
            Kept kept = newest.get(place);
            ranker.restore(kept.past(), Packing.unpack(kept.vector()));
            same &= kept.past().number() % most == place;
        }
        ranker.resume(seen);
        return same ? seen : 0;
    }

    /** Writes if it is time; returns how long it can rest then. */
    Duration rest(Duration longest) {
        if (!changed) {
            return longest;
        }
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            Duration left = Duration.between(now, next);
            return left.compareTo(longest) < 0 ? left : longest;
        }
        next = now.plus(EVERY);
        write();
        return longest;
    }

    /** Writes what has changed, whatever the time. */
    void write() {
        if (!changed) {
            return;
        }
        changed = false;
        Optional<Document> before = state.get(MAIN);
        if (before.isPresent() && before.get().schema() != SCHEMA) {
            return;
        }
        Mind mind = brain.mind();
        Ranker ranker = mind.ranker();
        Learned learned = ranker.learned();
        put(MAIN, main(mind, learned));
        List<Map.Entry<String, double[]>> accounts =
                new ArrayList<>(learned.accounts().entrySet());
        accounts.sort(Map.Entry.comparingByKey());
        for (int i = 0; i * AGENTS < accounts.size(); i++) {
            Map<String, double[]> some = new LinkedHashMap<>();
            for (var entry : accounts.subList(i * AGENTS, Math.min(accounts.size(), (i + 1) * AGENTS))) {
                some.put(entry.getKey(), entry.getValue());
            }
            put(key("agents", i), new Accounts(some));
        }
        writeMemory(mind);
    }

    private Main main(Mind mind, Learned learned) {
        List<Waiting> waiting =
                decisions.newest(DECISIONS).stream().map(Waiting::of).toList();
        return new Main(
                mind.model(),
                mind.ranker().dimensions(),
                learned.weights(),
                learned.covariance(),
                learned.outcomes(),
                learned.totals(),
                learned.fits(),
                decisions.learned(),
                decisions.missing(),
                waiting);
    }

    /** The shards that were written to since; what is more than can be written at once comes next time. */
    private void writeMemory(Mind mind) {
        Ranker ranker = mind.ranker();
        String model = mind.model();
        int most = brain.settings().tuning().memory();
        long now = ranker.remembered();
        if (!Objects.equals(model, writtenModel)) {
            // Each document says of which model its vectors are: until it is written anew, they are passed over.
            writtenModel = model;
            remembered = 0;
        }
        if (now < remembered) {
            remembered = 0;
            for (int i = 0; state.keys().contains(key("memory", i)); i++) {
                state.remove(key("memory", i));
            }
        }
        long from = Math.max(remembered, now - most);
        for (int i = 0; i < WRITES && from < now; i++) {
            int shard = (int) (from % most) / SHARD;
            List<Remembered> some = ranker.remembered(shard * SHARD, Math.min(most, (shard + 1) * SHARD));
            put(
                    key("memory", shard),
                    new Shard(
                            model,
                            some.stream()
                                    .map(one -> new Kept(one.past(), Packing.pack(one.vector())))
                                    .toList()));
            from += SHARD - from % most % SHARD;
        }
        remembered = Math.min(from, now);
        changed |= remembered < now;
    }

    private void put(String key, Object value) {
        String json = codec.write(value);
        if (json.equals(written.get(key))) {
            return;
        }
        if (!key.startsWith("memory")) {
            written.put(key, json);
        }
        state.put(key, new Document(SCHEMA, json)).whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.debug("{} could not be kept", key, refused);
            }
        });
    }

    private <T> @Nullable T read(String key, Class<T> type) {
        Document document = state.get(key).orElse(null);
        if (document == null || document.schema() != SCHEMA) {
            return null;
        }
        try {
            return codec.readKept(document.json(), type);
        } catch (JsonProcessingException unreadable) {
            LOG.warn("the document {} cannot be read; what it said is learned anew", key, unreadable);
            return null;
        }
    }

    private static String key(String kind, int number) {
        return kind + '-' + number;
    }
}
