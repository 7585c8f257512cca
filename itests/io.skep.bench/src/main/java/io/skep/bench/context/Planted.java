// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.bench.context.Dialogue.Question;
import io.skep.bench.context.Dialogue.Sitting;
import io.skep.bench.context.Dialogue.Turn;
import io.skep.plugin.context.items.ContextItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Conversations of our own: small talk, with facts planted in it that are asked for later. The same each time. */
final class Planted {
    private static final long SEED = 20_261_128;
    private static final int TURNS = 24;
    private static final int FACT_EACH = 6;
    private static final List<String> NAMES =
            List.of("Clara", "Jonas", "Amara", "Pavel", "Ingrid", "Tomas", "Leila", "Marcus", "Noor", "Felix");
    private static final List<String> PLACES =
            List.of("Lisbon", "Tromso", "Kyoto", "Quito", "Gdansk", "Hobart", "Tunis", "Bergen", "Cusco", "Riga");
    private static final List<String> THINGS = List.of(
            "a cello", "a sailing boat", "a telescope", "an old loom", "a bakery", "two goats", "a printing press");
    private static final List<String> TALK = List.of(
            "That is so nice to hear! How do you feel about it?",
            "Wow, thanks for telling me. It sounds like a lot of fun, really.",
            "I know what you mean, it is always good to have some time for that.",
            "Yeah, totally. You have to tell me more about it next time!",
            "It has been a busy time here, but all is well, thanks for asking.",
            "Good to see you again! What have you been up to?",
            "Great, keep me posted. Is there anything that I can do for you?");

    private Planted() {}

    /** So many conversations of so many sittings. */
    static List<Dialogue> dialogues(int count, int sittings) {
        Random random = new Random(SEED);
        List<Dialogue> dialogues = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            dialogues.add(dialogue("planted/" + i, sittings, random));
        }
        return dialogues;
    }

    private static Dialogue dialogue(String name, int count, Random random) {
        List<Sitting> sittings = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = name + "/" + i;
            List<ContextItem> items = new ArrayList<>();
            for (int turn = 1; turn <= TURNS; turn++) {
                String text = one(TALK, random);
                if (turn % FACT_EACH == 0) {
                    String who = one(NAMES, random);
                    String where = one(PLACES, random);
                    String what = one(THINGS, random);
                    int year = 1990 + random.nextInt(35);
                    text = "My friend " + who + " moved to " + where + " in " + year + " and bought " + what + ".";
                    questions.add(new Question(
                            "In which year did " + who + " go to " + where + " to buy " + what + "?",
                            List.of(new Turn(id, turn))));
                }
                items.add(Dialogue.said(turn, turn % 2 == 0 ? "Ada" : "Ben", text));
            }
            sittings.add(new Sitting(id, items));
        }
        return new Dialogue(name, sittings, questions);
    }

    private static String one(List<String> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }
}
