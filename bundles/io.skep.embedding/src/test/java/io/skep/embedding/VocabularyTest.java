// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    private static final String SPECIAL = "\"[UNK]\":0,\"[CLS]\":1,\"[SEP]\":2";

    private static Vocabulary of(String json) throws IOException {
        return Vocabulary.of(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void pieces_areFound_asBeginningOrContinuation() throws IOException {
        Vocabulary vocabulary =
                of("{\"model\": {\"vocab\" : {" + SPECIAL + ", \"ab\": 3, \"##ab\": 4, \"##\": 5 } } }");
        assertThat(vocabulary.find("abab", 0, 2)).isEqualTo(3);
        assertThat(vocabulary.find("abab", 2, 4)).isEqualTo(4);
        assertThat(vocabulary.find("abab", 0, 4)).isEqualTo(-1);
        assertThat(vocabulary.find("##", 0, 2)).isEqualTo(5);
        assertThat(vocabulary.begin()).isEqualTo(1);
        assertThat(vocabulary.end()).isEqualTo(2);
        assertThat(vocabulary.unknown()).isZero();
    }

    @Test
    void escapes_areUndone() throws IOException {
        Vocabulary vocabulary =
                of("{\"vocab\":{" + SPECIAL + ",\"\\\"\":3,\"\\\\\":4,\"\\u00e9x\":5,\"\\n\\t\\r\\b\\f\\/\":6}}");
        assertThat(vocabulary.find("\"", 0, 1)).isEqualTo(3);
        assertThat(vocabulary.find("\\", 0, 1)).isEqualTo(4);
        assertThat(vocabulary.find("\u00e9x", 0, 2)).isEqualTo(5);
        assertThat(vocabulary.find("\n\t\r\b\f/", 0, 6)).isEqualTo(6);
    }

    @Test
    void vocabularyOfTheModel_isWhole() throws IOException {
        try (InputStream json = VocabularyTest.class.getResourceAsStream(Vocabulary.FILE)) {
            assertThat(Vocabulary.of(json).size()).isEqualTo(30_522);
        }
    }

    /** So that each text is cut into tokens once. */
    @Test
    void tokenizers_ofAllNetworks_areTheSame_butForWhereTheyCut() throws IOException {
        assertThat(tokenizer(Network.BGE)).isEqualTo(tokenizer(Network.MINILM)).contains("##");
    }

    private static String tokenizer(Network of) throws IOException {
        try (InputStream json = VocabularyTest.class.getResourceAsStream("/" + of.file() + "-tokenizer.json")) {
            String text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
            return text.substring(text.indexOf("\"added_tokens\""));
        }
    }

    @Test
    void file_withoutOrWithAWrongVocabulary_isRefused() {
        assertThatThrownBy(() -> of("{}")).isInstanceOf(IOException.class).hasMessageContaining("no vocabulary");
        assertThatThrownBy(() -> of("{\"vocab\":{\"[UNK]\":0,\"[CLS]\":1}}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no [SEP]");
        assertThatThrownBy(() -> of("{\"vocab\":{" + SPECIAL + ",\"a\":\"b\"}}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not as expected after 3 pieces");
        assertThatThrownBy(() -> of("{\"vocab\":{" + SPECIAL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not as expected");
    }
}
