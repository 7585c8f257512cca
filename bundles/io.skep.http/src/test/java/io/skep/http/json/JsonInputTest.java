// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInputTest {
    private static Map<String, String> raw(String text) {
        Map<String, String> values = new HashMap<>();
        JsonInput.<Object>read(text, in -> {
            in.object(name -> values.put(name, in.raw()));
            return values;
        });
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-1.50e+10",
                "\"\"",
                "\"a\\\"b\\u00fc\\n\"",
                "[]",
                "{}",
                "[ 1 , [2],{} ]",
                "{\"a\" : {\"b\":[null , \"}\"]}\n}",
                "\"ü😀\"",
                "123456789012345678901234567890.5"
            })
    void rawValue_isWhatStandsThere(String value) {
        for (String before : List.of("{", " {\n", "{\"x\" : \"ü😀\" ,", "{\"x\":[1,{\"y\":2}],", "{\"x\":-5 , ")) {
            for (String after : List.of("}", " }", ",\"z\":1}", " , \"z\" : \"q\"} ")) {
                for (String colon : List.of(":", " : ", ":\n\t")) {
                    String text = before + "\"v\"" + colon + value + after;
                    assertThat(raw(text).get("v")).as(text).isEqualTo(value);
                }
            }
        }
    }

    @Test
    void rawValue_isWhatStandsThere_inTextsOfAnySize() {
        Random random = new Random(5);
        for (int round = 0; round < 60; round++) {
            List<String> values = new ArrayList<>();
            StringBuilder text = new StringBuilder("{");
            for (int i = 0; i < 20; i++) {
                String value = value(random, 3);
                values.add(value);
                text.append(i == 0 ? "" : ",").append(" ".repeat(random.nextInt(3000)));
                text.append("\"m").append(i).append("\":").append(value);
            }
            Map<String, String> read = raw(text.append('}').toString());
            for (int i = 0; i < values.size(); i++) {
                assertThat(read.get("m" + i)).isEqualTo(values.get(i));
            }
        }
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 5)) {
            case 0 -> "\"" + "ä😀\\n ".repeat(random.nextInt(2000)) + "\"";
            case 1 -> Integer.toString(random.nextInt());
            case 2 -> "null";
            case 3 -> "[" + value(random, depth - 1) + " , " + value(random, depth - 1) + "]";
            default -> "{\"a\":" + value(random, depth - 1) + ",\"b\" :" + value(random, depth - 1) + " }";
        };
    }

    @Test
    void pathOfARefusal_leadsToTheMember() {
        assertThatThrownBy(() -> JsonInput.read("{\"a\":[{\"b\":1},{\"c\":2}]}", in -> {
                    in.object(a -> in.array(5, entry -> {
                        entry.object(name -> {
                            if (name.equals("c")) {
                                throw entry.unknown();
                            }
                            entry.raw();
                        });
                        return entry;
                    }));
                    return in;
                }))
                .isInstanceOfSatisfying(Refusal.class, r -> {
                    assertThat(r.field()).contains("a[1].c");
                    assertThat(r).hasMessage("a[1].c: is not known here");
                });
    }

    @Test
    void depth_isBounded() {
        String fine = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
        assertThat(Json.isValue(fine)).isTrue();
        assertThat(Json.isValue("[" + fine + "]")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1 2", "{", "nope", "NaN", "'a'", "[1,]", "{\"a\":1,\"a\":2}", "01", "\"\t\""})
    void whatIsNotJson_isNoValue(String text) {
        assertThat(Json.isValue(text)).isFalse();
    }
}
