// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents: a policy, a pin, what is known of an agent's sleep and of its hours, and its mail, each under a key of its own. Of the
 * plugin's documents so many at most are about sleep; beyond that what is known of an agent's sleep is not kept, which
 * does not keep it from sleeping. Thread-safe.
 */
final class Book implements QuietHours.Memory {
    private static final int SCHEMA = 1;
    private static final int MAX_DOCUMENTS = 5_000;
    private static final String POLICY = "sleep:policy:";
    private static final String PIN = "sleep:pin:";
    private static final String AGENT = "sleep:agent:";
    private static final String MAIL = "sleep:mail:";
    private static final String HOURS = "sleep:hours:";
    private static final Logger LOG = LoggerFactory.getLogger(Book.class);

    private final PluginState state;
    private final Codec codec;
    private final int maxPolicies;
    private final int maxMessages;

    Book(PluginState state, Codec codec, SleepSettings settings) {
        this.state = state;
        this.codec = codec;
        this.maxPolicies = settings.policies();
        this.maxMessages = settings.messages();
    }

    boolean isServing() {
        return state.isServing();
    }

    List<Policy> policies() {
        return all(POLICY, Policy.class);
    }

    CompletionStage<Boolean> put(Policy policy) {
        String key = POLICY + policy.name();
        if (state.get(key).isEmpty() && names(POLICY).size() >= maxPolicies) {
            throw new Declination("there are " + maxPolicies + " policies, which is the limit");
        }
        return put(key, policy).thenApply(done -> true);
    }

    CompletionStage<Boolean> forgetPolicy(String name) {
        return remove(POLICY + name);
    }

    Optional<Kept.Pin> pin(String agent) {
        return find(PIN + agent, Kept.Pin.class);
    }

    List<Kept.Pin> pins() {
        return all(PIN, Kept.Pin.class);
    }

    CompletionStage<Boolean> put(Kept.Pin pin) {
        String key = PIN + pin.agent();
        requireRoom(key);
        return put(key, pin).thenApply(done -> true);
    }

    CompletionStage<Boolean> unpin(String agent) {
        return remove(PIN + agent);
    }

    Optional<Kept.Sleep> sleep(String agent) {
        return find(AGENT + agent, Kept.Sleep.class);
    }

    /** Keeps it if there is room. */
    CompletionStage<Void> put(Kept.Sleep sleep) {
        return putIfRoom(AGENT + sleep.agent(), sleep);
    }

    private CompletionStage<Void> putIfRoom(String key, Object value) {
        if (state.get(key).isEmpty() && mine() >= MAX_DOCUMENTS) {
            LOG.debug("no room for document {}", key);
            return CompletableFuture.completedFuture(null);
        }
        return put(key, value);
    }

    @Override
    public Optional<Kept.Hours> hours(String agent) {
        return find(HOURS + agent, Kept.Hours.class);
    }

    /** Keeps it if there is room. */
    @Override
    public CompletionStage<Void> put(Kept.Hours hours) {
        return putIfRoom(HOURS + hours.agent(), hours);
    }

    List<Kept.Message> mail(String agent) {
        return find(MAIL + agent, Kept.Mail.class).map(Kept.Mail::messages).orElse(List.of());
    }

    /** Adds a message. */
    CompletionStage<Void> post(String agent, Kept.Message message) {
        String key = MAIL + agent;
        requireRoom(key);
        List<Kept.Message> messages = new ArrayList<>(mail(agent));
        if (messages.size() >= maxMessages) {
            throw new Declination("agent " + agent + " has " + maxMessages
                    + " messages that it has not read, which is the" + " limit");
        }
        messages.add(message);
        return put(key, new Kept.Mail(messages));
    }

    /** What an agent was told before it sleeps again is over. */
    CompletionStage<Boolean> forgetMail(String agent) {
        return remove(MAIL + agent);
    }

    /** Everything about an agent that is gone. */
    void forget(String agent) {
        for (String prefix : List.of(PIN, AGENT, MAIL, HOURS)) {
            remove(prefix + agent).whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("{}{} could not be removed", prefix, agent, failure);
                }
            });
        }
    }

    private void requireRoom(String key) {
        if (state.get(key).isEmpty() && mine() >= MAX_DOCUMENTS) {
            throw new Declination(MAX_DOCUMENTS + " documents about sleep are kept, which is the limit");
        }
    }

    private int mine() {
        return names("sleep:").size();
    }

    private List<String> names(String prefix) {
        return state.keys().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private <T> List<T> all(String prefix, Class<T> type) {
        return names(prefix).stream()
                .map(key -> find(key, type).orElse(null))
                .filter(Objects::nonNull)
                .toList();
    }

    private <T> Optional<T> find(String key, Class<T> type) {
        return state.get(key).filter(document -> document.schema() == SCHEMA).flatMap(document -> {
            try {
                return Optional.of(codec.readKept(document.json(), type));
            } catch (JsonProcessingException unreadable) {
                LOG.warn("document {} cannot be read: {}", key, unreadable.getOriginalMessage());
                return Optional.empty();
            }
        });
    }

    private CompletionStage<Void> put(String key, Object value) {
        if (state.get(key).filter(document -> document.schema() != SCHEMA).isPresent()) {
            throw new Declination("document " + key + " was written by another version of the plugin");
        }
        return state.put(key, new PluginState.Document(SCHEMA, codec.write(value)));
    }

    private CompletionStage<Boolean> remove(String key) {
        return state.get(key).isEmpty()
                ? CompletableFuture.completedFuture(false)
                : state.remove(key).thenApply(done -> true);
    }
}
