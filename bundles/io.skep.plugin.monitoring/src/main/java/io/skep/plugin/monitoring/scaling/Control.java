// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.plugin.StateChange;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What operators said, as one document that calls of several generations change. Thread-safe. */
final class Control {
    static final String KEY = "scaling";
    private static final int TRIES = 10;
    private static final int MOST_GROUPS = 1000;

    private final ConditionalState documents;
    private final Codec codec;

    /**
     * The document; what is null was not said.
     *
     * @param mode {@code act} or {@code propose}
     * @param ceiling cost of an hour of all groups at most, in micros; 0 for none
     * @param groups by {@code SCALER:GROUP}
     */
    record Said(
            @Nullable String mode,
            @Nullable Boolean paused,
            @Nullable Long ceiling,
            @Nullable Map<String, OfGroup> groups) {
        static final Said NOTHING = new Said(null, null, null, Map.of());

        OfGroup group(String key) {
            return Objects.requireNonNullElse(groups == null ? null : groups.get(key), OfGroup.NOTHING);
        }

        Said with(String key, OfGroup group) {
            Map<String, OfGroup> all = new TreeMap<>(Objects.requireNonNullElse(groups, Map.of()));
            all.put(key, group);
            if (all.size() > MOST_GROUPS) {
                throw new Declination("something was said of " + MOST_GROUPS + " groups already");
            }
            return new Said(mode, paused, ceiling, all);
        }
    }

    /**
     * What was said of one group; what is null was not said.
     *
     * @param min fewest agents, within what the group itself has
     */
    record OfGroup(
            @Nullable Boolean paused,
            @Nullable Integer min,
            @Nullable Integer max) {
        static final OfGroup NOTHING = new OfGroup(null, null, null);
    }

    Control(ConditionalState documents, Codec codec) {
        this.documents = documents;
        this.codec = codec;
    }

    /** What holds now; a document that this version cannot read says nothing but that everything is paused. */
    Said said() {
        return read(documents.get(KEY));
    }

    private Said read(Optional<Document> document) {
        if (document.isEmpty()) {
            return Said.NOTHING;
        }
        try {
            if (document.get().schema() == Book.SCHEMA) {
                return codec.readKept(document.get().json(), Said.class);
            }
        } catch (JsonProcessingException unreadable) {
            return new Said(null, true, null, Map.of());
        }
        return new Said(null, true, null, Map.of());
    }

    /** Changes it; ends as a {@link Declination} if too many do so at once, or it is of a schema that is not known. */
    CompletionStage<Said> change(UnaryOperator<Said> how) {
        return change(how, TRIES);
    }

    private CompletionStage<Said> change(UnaryOperator<Said> how, int tries) {
        Optional<Document> before = documents.get(KEY);
        if (before.isPresent() && before.get().schema() != Book.SCHEMA) {
            throw new Declination("what was said before, this version cannot read");
        }
        Said next = how.apply(read(before));
        Document document = new Document(Book.SCHEMA, codec.write(next));
        return documents
                .change(new StateChange(Map.of(KEY, before), Map.of(KEY, Optional.of(document))))
                .thenCompose(outcome -> {
                    if (outcome.ending() == ConditionalState.Ending.DONE) {
                        return CompletableFuture.completedFuture(next);
                    } else if (tries > 1) {
                        return change(how, tries - 1);
                    }
                    throw new Declination("others change it at the same time; try again");
                });
    }
}
