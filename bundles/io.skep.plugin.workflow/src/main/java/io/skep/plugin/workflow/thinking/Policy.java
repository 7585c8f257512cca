// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.payload.Payload;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether something deserves to be thought about, and how deep. */
final class Policy {
    /** The member of a task's input that says how deep it is to be thought about. */
    static final String MEMBER = "thinking";

    private static final int FEW_TERMS = 3;
    private static final double CLEAR = 0.25;

    private final Codec codec;
    private final Encoder encoder;

    /**
     * What was decided.
     *
     * @param reason in words
     * @param complexity 0 to 1
     */
    record Judgement(Depth depth, String reason, double complexity) {
        boolean isNone() {
            return depth == Depth.NONE;
        }
    }

    Policy(Codec codec, Encoder encoder) {
        this.codec = codec;
        this.encoder = encoder;
    }

    /**
     * What a task asks for itself.
     *
     * @return null if it asks for nothing
     * @throws Declination if what it asks for is none of the depths
     */
    @Nullable
    Depth asked(TaskSpec spec) {
        String input = spec.input();
        // Most inputs do not have the word, and need not be parsed.
        if (input == null
                || !input.contains('"' + MEMBER + '"')
                || Payload.referred(input).isPresent()) {
            return null;
        }
        JsonNode member = codec.tree("the input", input).path(MEMBER);
        if (member.isMissingNode()) {
            return null;
        }
        return Depth.of(member.asText(""))
                .orElseThrow(() -> new Declination(
                        "member \"thinking\" of the task's input must be one of " + String.join(", ", Depth.NAMES)));
    }

    /**
     * Before a task starts: what asks for it or is complex is thought about. By words alone, in well under a millisecond;
     * the depth is final only if it was asked for, see {@link #meant}.
     *
     * @param least complexity in percent that is worth it
     */
    Judgement beforeStart(String text, @Nullable Depth asked, int least) {
        Complexity complexity = Complexity.of(text);
        if (asked != null) {
            return complexity.terms() > 0 || asked == Depth.NONE
                    ? forced(asked, complexity)
                    : new Judgement(Depth.NONE, "there is nothing to think about: it has no words", score(complexity));
        }
        boolean worth = complexity.score() * 100 >= least;
        String reason = complexity.described() + (worth ? ", of at least " : ", below ") + least / 100.0;
        return new Judgement(worth ? byScore(complexity, least) : Depth.NONE, reason, score(complexity));
    }

    /** On demand: everything that says something is thought about. */
    Judgement onDemand(String text, @Nullable Depth asked, int least) {
        Complexity complexity = Complexity.of(text);
        if (asked != null) {
            return forced(asked, complexity);
        }
        if (complexity.terms() < FEW_TERMS) {
            String reason = "there is nothing to think about: fewer than " + FEW_TERMS + " words that mean something";
            return new Judgement(Depth.NONE, reason, score(complexity));
        }
        return new Judgement(
                byScore(complexity, least), "it was asked for; " + complexity.described(), score(complexity));
    }

    private static Judgement forced(Depth asked, Complexity complexity) {
        return new Judgement(asked, "depth " + asked.wire() + " was asked for", score(complexity));
    }

    private static double score(Complexity complexity) {
        return Synthesis.rounded(complexity.score());
    }

    /** Four equal parts of what is above the least. */
    private static Depth byScore(Complexity complexity, int least) {
        double above = (complexity.score() - least / 100.0) / Math.max(0.01, 1 - least / 100.0);
        return above < 0.25
                ? Depth.STANDARD
                : above < 0.5 ? Depth.DEEP : above < 0.75 ? Depth.COLLABORATIVE : Depth.INTENSIVE;
    }

    /** One step deeper if what it is about, by meaning where there is an encoder, calls for it. May take a while. */
    Judgement meant(String text, Judgement judged) {
        Area area = area(text);
        if (area == null) {
            return judged;
        }
        Depth depth =
                area.depth().compareTo(judged.depth()) > 0 ? judged.depth().deeper() : judged.depth();
        return new Judgement(depth, judged.reason() + "; about " + area.wire(), judged.complexity());
    }

    private @Nullable Area area(String text) {
        List<Area> areas = Arrays.asList(Area.values());
        List<String> texts = new ArrayList<>(areas.stream().map(Area::meaning).toList());
        texts.add(text);
        Encoder.Vectors vectors = encoder.vectors(texts);
        if (vectors == null) {
            return Complexity.of(text).byWords().stream().findFirst().orElse(null);
        }
        Area closest = null;
        double best = CLEAR;
        for (int i = 0; i < areas.size(); i++) {
            double cosine = vectors.cosine(i, areas.size());
            if (cosine > best) {
                best = cosine;
                closest = areas.get(i);
            }
        }
        return closest;
    }
}
