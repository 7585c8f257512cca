// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {
    private static final Codec CODEC = new Codec();

    private static JsonNode json(String text) {
        return CODEC.tree("the test", text);
    }

    private static final Values VALUES = new Values(
            "w-1",
            json("{\"x\":\"hi\",\"n\":1.25,\"list\":[{\"y\":true}],\"none\":null,\"place\":\"${input.x}\"}"),
            Map.of("a", json("{\"ok\":true,\"n\":3}"), "text", json("\"plain\"")),
            json("{\"k\":\"v\"}"),
            4);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no place|no place",
                "${input.x} ${input.n}|hi 1.25",
                "${input.list}|[{\"y\":true}]",
                "${input.list.0.y}${input.list.7.y}|true",
                "[${input.none}${input.missing.deeper}]|[]",
                "${steps.a.result.n} ${steps.a.result}|3 {\"ok\":true,\"n\":3}",
                "${steps.text.result} ${steps.skipped.result}.|plain .",
                "${item.k}${index}${run}|v4w-1",
                "$$ $${input.x} $ $HOME ${|$ ${input.x} $ $HOME ${",
                "${input.place}|${input.x}"
            })
    void places_takeTheirValues_andWhatIsPutInIsNotLookedAtAgain(String text, String filled) {
        assertThat(Texts.fill("the text", text, VALUES, 100)).isEqualTo(filled);
    }

    @Test
    void inJson_aTextThatIsOnePlace_becomesTheValue() {
        JsonNode filled = Texts.fill(
                "the input",
                json("{\"a\":\"${input.list}\",\"b\":[\"n=${input.n}\",7,\"${input.missing}\"],\"${input.x}\":\"$$\"}"),
                VALUES,
                200);
        assertThat(filled).isEqualTo(json("{\"a\":[{\"y\":true}],\"b\":[\"n=1.25\",7,null],\"${input.x}\":\"$\"}"));
    }

    @Test
    void whatBecomesTooLong_isDeclined() {
        assertThatThrownBy(() -> Texts.fill("the text", "${input.x}".repeat(51), VALUES, 100))
                .isInstanceOf(Declination.class)
                .hasMessage("the text becomes too long with what is put into it");
        JsonNode often = json("[" + "\"${steps.a.result}\",".repeat(20) + "1]");
        assertThatThrownBy(() -> Texts.fill("the input", often, VALUES, 100)).isInstanceOf(Declination.class);
        JsonNode texts = json("[" + "\"x${input.x}\",".repeat(60) + "1]");
        assertThatThrownBy(() -> Texts.fill("the input", texts, VALUES, 100)).isInstanceOf(Declination.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"step\":\"a\",\"pointer\":\"/ok\",\"equals\":true}|true",
                "{\"step\":\"a\",\"pointer\":\"/n\",\"equals\":3.0}|true",
                "{\"step\":\"a\",\"pointer\":\"/n\",\"equals\":\"3\"}|false",
                "{\"step\":\"a\",\"pointer\":\"/n\",\"notEquals\":3}|false",
                "{\"step\":\"skipped\",\"notEquals\":3}|true",
                "{\"step\":\"skipped\",\"exists\":false}|true",
                "{\"pointer\":\"/none\",\"exists\":true}|true",
                "{\"pointer\":\"/none\",\"equals\":null}|true",
                "{\"pointer\":\"/n\",\"atLeast\":1.25,\"atMost\":1.25}|true",
                "{\"pointer\":\"/n\",\"atLeast\":1.6}|false",
                "{\"pointer\":\"/n\",\"atMost\":1}|false",
                "{\"pointer\":\"/x\",\"atMost\":1}|false",
                "{\"all\":[{\"pointer\":\"/x\",\"equals\":\"hi\"},{\"pointer\":\"/n\",\"atMost\":1}]}|false",
                "{\"any\":[{\"pointer\":\"/x\",\"equals\":\"hi\"},{\"pointer\":\"/n\",\"atMost\":1}]}|true"
            })
    void condition_looksAtOneValue_orAtSeveral(String when, boolean holds) {
        Condition condition = CODEC.read(when, Condition.class);
        condition.check();
        assertThat(condition.holds(VALUES)).isEqualTo(holds);
        assertThat(CODEC.read(CODEC.write(condition), Condition.class)).isEqualTo(condition);
    }
}
