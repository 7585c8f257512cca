// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A long conversation in several sittings, and questions whose answers are in known turns. Immutable.
 *
 * @param name of it
 * @param sittings in their order, each a context of its own
 * @param questions with the turns that hold the answers
 */
record Dialogue(String name, List<Sitting> sittings, List<Question> questions) {
    /** Questions of this category have no answer in the conversation. */
    private static final int UNANSWERABLE = 5;

    private static final Pattern TURN = Pattern.compile("D\\d+:\\d+");

    /** One sitting; the numbers of its items begin with 1. */
    record Sitting(String id, List<ContextItem> items) {}

    /** A turn. */
    record Turn(String sitting, long number) {}

    /** A question and the turns that hold its answer. */
    record Question(String text, List<Turn> evidence) {}

    /** Every conversation in the files {@code *.json.gz} of a folder, in the form of LoCoMo. */
    static List<Dialogue> read(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(".json.gz"))
                    .sorted()
                    .toList();
        }
        List<Dialogue> dialogues = new ArrayList<>();
        for (Path file : files) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                for (JsonNode one : new ObjectMapper().readTree(in)) {
                    dialogues.add(of(one, file.getFileName() + "/" + dialogues.size()));
                }
            }
        }
        return dialogues;
    }

    private static Dialogue of(JsonNode json, String name) {
        JsonNode conversation = json.path("conversation");
        Map<String, Turn> turns = new HashMap<>();
        List<Sitting> sittings = new ArrayList<>();
        for (int i = 1; conversation.has("session_" + i) || conversation.has("session_" + i + "_date_time"); i++) {
            String id = name + "/" + i;
            List<ContextItem> items = new ArrayList<>();
            for (JsonNode turn : conversation.path("session_" + i)) {
                long number = items.size() + 1L;
                turns.put(turn.path("dia_id").asText(), new Turn(id, number));
                items.add(said(number, turn.path("speaker").asText(), text(turn)));
            }
            sittings.add(new Sitting(id, items));
        }
        List<Question> questions = new ArrayList<>();
        for (JsonNode question : json.path("qa")) {
            List<Turn> evidence = new ArrayList<>();
            for (JsonNode turn : question.path("evidence")) {
                // Some name several turns in one text.
                for (Matcher found = TURN.matcher(turn.asText()); found.find(); ) {
                    Turn known = turns.get(found.group());
                    if (known != null) {
                        evidence.add(known);
                    }
                }
            }
            if (question.path("category").asInt() != UNANSWERABLE && !evidence.isEmpty()) {
                questions.add(new Question(question.path("question").asText(), evidence));
            }
        }
        return new Dialogue(name, sittings, questions);
    }

    static ContextItem said(long number, String author, String text) {
        return new ContextItem(number, Kind.MESSAGE, 0, author, text, null, null, false);
    }

    /** What was said, and what the picture shows that was sent with it. */
    private static String text(JsonNode turn) {
        String said = turn.path("text").asText();
        String shown = turn.path("blip_caption").asText("");
        return shown.isEmpty() ? said : said + " [shares " + shown + "]";
    }

    /** How many turns it has. */
    int turns() {
        return sittings.stream().mapToInt(sitting -> sitting.items().size()).sum();
    }
}
