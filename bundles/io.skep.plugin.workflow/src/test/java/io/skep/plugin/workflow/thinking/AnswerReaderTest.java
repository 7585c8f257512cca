// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.payload.Payload;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.thinking.Statement.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {
    private static final Codec CODEC = new Codec();
    private static final Insights.Source SOURCE = new Insights.Source("00-1", "ann");

    private final AnswerReader reader = new AnswerReader(CODEC);

    private List<String> said(String result) {
        AnswerReader.Read read = reader.read(result, SOURCE);
        assertThat(read.unusable()).as(result).isNull();
        return read.statements().stream()
                .map(one -> one.kind().field() + ": " + one.text())
                .toList();
    }

    @Test
    void anObject_hasPointsRisksAndAPlan_asTextsOrWithConfidenceAndStance() {
        String result =
                "{\"points\":[\"use a queue\",{\"text\":\"cache it all\",\"confidence\":0.4,\"stance\":\"Against\"}],"
                        + "\"risks\":\"it may be slow\",\"plan\":[\"measure first\",\"then decide\",7,null,{}],\"more\":1}";
        assertThat(said(result))
                .containsExactly(
                        "points: use a queue",
                        "points: cache it all",
                        "risks: it may be slow",
                        "plan: measure first",
                        "plan: then decide");
        Statement second = reader.read(result, SOURCE).statements().get(1);
        assertThat(second.confidence()).isEqualTo(0.4);
        assertThat(second.against()).isTrue();
        assertThat(second.source()).isEqualTo(SOURCE);
        assertThat(reader.read("{\"points\":[{\"text\":\"use it\",\"confidence\":7}]}", SOURCE)
                        .statements()
                        .get(0)
                        .confidence())
                .isNull();
    }

    @Test
    void theTextOfAnObject_isOne_alsoInABlockOfCode() {
        String object = "{\"points\":[\"use a queue\"]}";
        assertThat(said(CODEC.write(" " + object))).containsExactly("points: use a queue");
        assertThat(said(CODEC.write("```json\n" + object + "\n```"))).containsExactly("points: use a queue");
    }

    @Test
    void plainText_isItsSentences() {
        assertThat(said(CODEC.write(
                        "Use a queue. Version 2.0 is fine!\n\n- Risk: it may be slow\n2) Step 1: measure it\nPlan: then go on\n"
                                + "* Point: keep it small")))
                .containsExactly(
                        "points: Use a queue.",
                        "points: Version 2.0 is fine!",
                        "risks: it may be slow",
                        "plan: measure it",
                        "plan: then go on",
                        "points: keep it small");
    }

    @Test
    void nonsense_isUnusable_andSaysWhy() {
        for (String result : new String[] {
            null,
            "",
            " ",
            "null",
            "7",
            "true",
            "[]",
            "[\"use a queue\"]",
            "{}",
            "\"\"",
            "\"?!\"",
            "\"ok\"",
            "nope",
            "{\"points\":[]}",
            "{\"points\":[\"\",\"??\",\"x\"],\"risks\":7,\"plan\":{\"a\":1}}",
            "\"{\\\"points\\\":[]}\"",
            "\"1234 5678 9012\"",
            "\"\\u0000\\u0001\"",
            new Payload("0".repeat(64), 1).reference()
        }) {
            AnswerReader.Read read = reader.read(result, SOURCE);
            assertThat(read.unusable()).as(String.valueOf(result)).isNotBlank();
            assertThat(read.statements()).isEmpty();
        }
    }

    @Test
    void anAnswer_isBounded_inNumberAndLength() {
        String many = "{\"points\":[" + "\"use a queue\",".repeat(999) + "\"" + "long words ".repeat(999) + "\"]}";
        assertThat(reader.read(many, SOURCE).statements()).hasSize(AnswerReader.MAX_STATEMENTS);
        assertThat(reader.read(CODEC.write("One more thing. ".repeat(10_000)), SOURCE)
                        .statements())
                .hasSize(AnswerReader.MAX_STATEMENTS);
        assertThat(said("{\"points\":[\"" + "long words ".repeat(9999) + "\"]}").get(0))
                .hasSize("points: ".length() + AnswerReader.MAX_TEXT)
                .endsWith("\u2026");
        assertThat(said("{\"points\":[\"two\\nlines\\u202e of text\"]}")).containsExactly("points: two lines of text");
        assertThat(said("{\"points\":[\"キューを使ってください\"]}")).containsExactly("points: キューを使ってください");
    }

    @Test
    void whateverAnAgentWrites_isReadOrRefused() {
        SplittableRandom random = new SplittableRandom(7);
        String alphabet = "{}[]\":,.\\ \n`-*1aeöキ\uD83D points risks plan text";
        for (int round = 0; round < 5000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (String result : List.of(text.toString(), CODEC.write(text.toString()))) {
                AnswerReader.Read read = reader.read(result, SOURCE);
                assertThat(read.statements().isEmpty()).isEqualTo(read.unusable() != null);
                assertThat(read.statements())
                        .allMatch(one -> one.kind() != Kind.RISK || !one.text().isBlank());
            }
        }
    }
}
