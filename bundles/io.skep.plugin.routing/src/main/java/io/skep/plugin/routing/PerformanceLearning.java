// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.routing.rank.Feature;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Learning from what was said and seen of decisions. Thread-safe. */
final class PerformanceLearning {
    private static final int MAX_ID = 128;
    private static final String SURE = "forget what was learned";

    private final Brain brain;
    private final Decisions decisions;
    private final Clock clock;
    private final Runnable changed;

    PerformanceLearning(Brain brain, Decisions decisions, Clock clock, Runnable changed) {
        this.brain = brain;
        this.decisions = decisions;
        this.clock = clock;
        this.changed = changed;
    }

    /**
     * What became of a decision.
     *
     * @param outcome 0 (useless) to 1 (just right)
     * @param rating of a person, 1 to 5, absent if there is none; says the outcome if that is absent
     */
    record RecordRequest(
            @Nullable String decisionId,
            @Nullable Double outcome,
            @Nullable Long rating) {
        RecordRequest {
            if (decisionId == null) {
                throw new Declination("field \"decisionId\" is needed");
            }
            Inputs.text("decisionId", decisionId, MAX_ID);
            Inputs.range("rating", rating, 1, 5);
            if (outcome == null && rating == null) {
                throw new Declination("one of the fields \"outcome\" and \"rating\" is needed");
            }
            if (outcome != null && !(outcome >= 0 && outcome <= 1)) {
                throw new Declination("field \"outcome\" must be 0 to 1, not " + outcome);
            }
        }

        double value() {
            return outcome != null ? outcome : (Objects.requireNonNull(rating) - 1) / 4.0;
        }
    }

    /** Whether it was news; the same outcome said again is answered and changes nothing. */
    record Recorded(String decisionId, boolean learned) {}

    /** Nothing is asked for. */
    record StatusRequest() {}

    /**
     * How learning stands.
     *
     * @param weights of the features now
     * @param trust in what agents say of themselves, against the trust before anything was learned: 1 is the same
     * @param explored share of decisions that went to another than the best
     * @param outcomes that were learned from, in all
     * @param learned from decisions of this generation and the ones it goes on from
     * @param pending decisions that are waited for
     * @param missing decisions whose outcome never came, or too late
     * @param remembered past tasks
     * @param agents that are known
     * @param encoder the model that is used now, or {@code lexical}
     */
    record Status(
            Map<String, Double> weights,
            double trust,
            double explored,
            long outcomes,
            long learned,
            int pending,
            long missing,
            long remembered,
            int agents,
            String encoder) {}

    /** {@value #SURE}, in words, so that nobody does it by mistake. */
    record ResetRequest(@Nullable String confirm) {
        ResetRequest {
            if (!SURE.equals(confirm)) {
                throw new Declination("field \"confirm\" must say \"" + SURE + "\"");
            }
        }
    }

    Recorded record(RecordRequest request) {
        String id = Objects.requireNonNull(request.decisionId());
        double outcome = request.value();
        Decisions.Said said = decisions.say(id, outcome, clock.millis());
        switch (said) {
            case NEW -> {
                Decisions.Made decision = decisions.find(id);
                if (decision != null) {
                    brain.learn(decision, decision.picked(), outcome, clock.millis());
                    changed.run();
                }
                return new Recorded(id, true);
            }
            case AGAIN -> {
                return new Recorded(id, false);
            }
            case OTHERWISE -> throw new Declination("another outcome of this decision was recorded before");
            case TOO_LATE ->
                throw new Declination("the decision is older than "
                        + brain.settings().outcomeAge().toHours() + " hours");
            default -> throw new Declination("there is no decision of that id, or no more");
        }
    }

    Status status() {
        double[] weights = brain.ranker().weights();
        Map<String, Double> named = new LinkedHashMap<>();
        for (Feature feature : Feature.values()) {
            named.put(feature.wire(), weights[feature.place()]);
        }
        return new Status(
                named,
                trust(weights),
                brain.ranker().explored(),
                brain.ranker().learned().outcomes(),
                decisions.learned(),
                decisions.pending(),
                decisions.missing(),
                brain.ranker().remembered(),
                brain.ranker().size(),
                brain.encoderName());
    }

    /** Forgets everything. */
    Status reset(ResetRequest sure) {
        Objects.requireNonNull(sure);
        brain.reset();
        changed.run();
        return status();
    }

    private static double trust(double[] weights) {
        double now = 0;
        double before = 0;
        for (Feature feature : new Feature[] {Feature.DESCRIPTION, Feature.SKILL, Feature.WORDS}) {
            now += weights[feature.place()];
            before += feature.prior();
        }
        return now / before;
    }
}
