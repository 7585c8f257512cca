// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The hooks after something that run now, each on its {@link Rider}. Thread-safe. */
final class Riders implements AutoCloseable {
    private final Orchestrator orchestrator;
    private final Runner runner;
    private final Letters letters;
    private final Places places;
    private final Codec codec;
    private final Clock clock;
    private final Map<String, Rider> riders = new ConcurrentHashMap<>();
    private boolean closed;

    Riders(Orchestrator orchestrator, Runner runner, Letters letters, Places places, Codec codec, Clock clock) {
        this.orchestrator = orchestrator;
        this.runner = runner;
        this.letters = letters;
        this.places = places;
        this.codec = codec;
        this.clock = clock;
    }

    /** From now on these run and no others; one that is as it was goes on, one that is new begins with what happens now. */
    synchronized void run(List<HookSpec> hooks) {
        if (closed) {
            return;
        }
        Map<String, HookSpec> wanted = new HashMap<>();
        hooks.forEach(hook -> wanted.put(hook.called(), hook));
        for (Rider rider : List.copyOf(riders.values())) {
            HookSpec now = wanted.get(rider.hook().called());
            if (now == null || !codec.write(now).equals(codec.write(rider.hook()))) {
                riders.remove(rider.hook().called());
                rider.close();
                rider.join();
                if (now == null) {
                    places.remove(rider.hook().called());
                }
            }
        }
        for (HookSpec hook : hooks) {
            if (!riders.containsKey(hook.called())) {
                places.begin(hook.called());
                Rider rider = new Rider(hook, orchestrator, runner, letters, places, this::position, clock);
                riders.put(hook.called(), rider);
                rider.start();
            }
        }
    }

    private @Nullable EventCursor position(String hook) {
        Rider rider = riders.get(hook);
        Place place = rider == null ? null : rider.place();
        return place == null ? null : place.position();
    }

    /** The one of a hook, or null. */
    @Nullable
    Rider find(String hook) {
        return riders.get(hook);
    }

    /** What keeps some of them from going on, by hook. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        for (Rider rider : riders.values()) {
            if (rider.trouble() != null) {
                troubles.add("hook " + rider.hook().called() + ": " + rider.trouble());
            }
        }
        return troubles;
    }

    @Override
    public synchronized void close() {
        closed = true;
        riders.values().forEach(Rider::close);
        riders.values().forEach(Rider::join);
        riders.clear();
    }
}
