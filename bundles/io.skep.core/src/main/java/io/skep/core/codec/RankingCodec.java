// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is asked of, and answered by, the default operation of {@code semantic_routing}, as JSON (docs/routing.md). */
public final class RankingCodec {
    /** So many agents that are like one are taken over; who names more names those with the least to do first. */
    private static final int MAX_ALIKE = 64;

    private RankingCodec() {}

    /**
     * The answer.
     *
     * @param decision its id
     * @param fits whether some agent fits
     * @param policy what is to become of the task if none does, or null
     * @param choices the chosen one first, then the others, the best first
     * @param alike for agents among the choices others that say the same of themselves, and are as good
     * @param reasons in words
     */
    public record Ranking(
            String decision,
            boolean fits,
            @Nullable String policy,
            List<Selection.Choice> choices,
            Map<String, List<String>> alike,
            List<String> reasons) {}

    /**
     * The question.
     *
     * @param candidates ids of the agents to choose from, or null for every active one that has the skills
     */
    public static String question(Task task, @Nullable List<String> candidates) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("description", task.spec().description());
            Json.strings(out, "skills", task.spec().skills());
            out.writeStringField("task", task.id());
            Json.string(out, "parent", task.spec().parent());
            out.writeStringField("tenant", task.spec().tenant());
            if (candidates != null) {
                Json.strings(out, "candidates", candidates);
            }
            out.writeNumberField("limit", Selection.MAX_CHOICES);
            out.writeEndObject();
        });
        return new String(json, StandardCharsets.UTF_8);
    }

    /**
     * The answer to it.
     *
     * @throws IOException if it is none
     */
    public static Ranking answer(String data) throws IOException {
        Draft draft = new Draft();
        return Json.parse(data.getBytes(StandardCharsets.UTF_8), in -> {
            Json.object(in, draft::read);
            boolean fits = "routed".equals(draft.outcome);
            if (!fits && !"none_fits".equals(draft.outcome)) {
                throw new IOException("outcome " + draft.outcome + " is not known");
            }
            if (fits && draft.choices.isEmpty()) {
                throw new IOException("nobody is ranked");
            }
            String decision = Objects.requireNonNull(draft.decision, "decisionId");
            return new Ranking(decision, fits, draft.policy, draft.chosenFirst(), draft.alike, draft.reasons);
        });
    }

    private static final class Draft {
        private @Nullable String decision;
        private @Nullable String outcome;
        private @Nullable String policy;
        private final Map<String, List<String>> alike = new HashMap<>();
        private List<Selection.Choice> choices = List.of();
        private List<String> reasons = List.of();
        private @Nullable String agent;

        /** Who was chosen may be another than the best, to learn more of it. */
        List<Selection.Choice> chosenFirst() {
            List<Selection.Choice> ordered = new ArrayList<>(choices);
            ordered.sort(Comparator.comparing(choice -> !choice.agent().equals(agent)));
            return ordered;
        }

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "decisionId" -> decision = in.getText();
                case "outcome" -> outcome = in.getText();
                case "agent" -> agent = in.getValueAsString();
                case "policy" -> policy = in.getValueAsString();
                case "ranking" -> choices = Json.array(in, this::choice);
                case "reasons" -> reasons = Json.strings(in);
                default -> {}
            }
        }

        private Selection.Choice choice(JsonParser in) throws IOException {
            List<String> others = new ArrayList<>();
            Selection.Choice choice = SelectionCodec.choice(in, (name, value) -> {
                if (name.equals("alike") && value.currentToken() == JsonToken.START_ARRAY) {
                    others.addAll(Json.strings(value));
                }
            });
            if (!others.isEmpty()) {
                alike.put(choice.agent(), others.subList(0, Math.min(others.size(), MAX_ALIKE)));
            }
            return choice;
        }
    }
}
