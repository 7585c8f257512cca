// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task as it is asked about, with what was found out about it last time. Guarded by the ranker. */
public final class Query {
    private final String text;
    private final Set<String> words;
    private final double pointing;
    private final float @Nullable [] vector;
    private final Ranker by;
    /** What was computed last, and for which state of fleet and experience. */
    @Nullable
    Rows rows;

    Query(String text, float @Nullable [] vector, Ranker by) {
        this.text = text;
        this.words = Words.of(text);
        this.pointing = Words.pointing(text);
        this.vector = vector;
        this.by = by;
    }

    /** The text. */
    public String text() {
        return text;
    }

    /** Whether it points to something outside of itself, 0 to 1. */
    public double pointing() {
        return pointing;
    }

    /** Whether it was made by this ranker; the vectors of another one may be of another model. */
    public boolean isOf(Ranker ranker) {
        return by == ranker;
    }

    /** Its vector, if there is an encoder. */
    public float @Nullable [] vector() {
        return vector;
    }

    Set<String> words() {
        return words;
    }
}
