// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwapAuditTest {
    private static final String PROMOTED = "{'event':'plugin.promoted','detail':'1.0.1, nobody served before it'},"
            + "{'event':'plugin.promoted','detail':'1.0.1 to 1.0.2, without a comparison, as asked, after 9 ms'},"
            + "{'event':'plugin.swapped','detail':'1.0.2 in 20 ms'}";
    private static final String ALONE = "{'version':'1.0.2','state':'serving'}";
    private static final List<String> BUNDLE = List.of("99|Active|80|1.0.2|io.skep.itests.sampleplugin");

    private static JsonNode detail(String history, String generations) throws JsonProcessingException {
        String json = "{'desired':'1.0.2','history':[" + history + "],'generations':[" + generations + "]}";
        return new ObjectMapper().readTree(json.replace('\'', '"'));
    }

    private static List<String> problems(String history, String generations, List<String> bundles, int atLeast)
            throws JsonProcessingException {
        return SwapAudit.problems(detail(history, generations), bundles, atLeast, 3);
    }

    @Test
    void promotedVersionThatServesAlone_isAsItShouldBe() throws Exception {
        assertThat(problems(PROMOTED, ALONE, BUNDLE, 2)).isEmpty();
    }

    @Test
    void newerVersionThatHadAnswered_isMissed() throws Exception {
        assertThat(problems(PROMOTED, ALONE, BUNDLE, 3))
                .singleElement()
                .asString()
                .contains("1.0.3");
    }

    @Test
    void versionThatWasNotPromotedLast_isFound() throws Exception {
        String more = PROMOTED + ",{'event':'plugin.promoted','detail':'1.0.2 to 1.0.3, fine'}";
        assertThat(problems(more, ALONE, BUNDLE, 2)).singleElement().asString().contains("1.0.3 was promoted last");
    }

    @Test
    void secondGeneration_isFound() throws Exception {
        assertThat(problems(PROMOTED, ALONE + ",{'version':'1.0.3','state':'candidate'}", BUNDLE, 2))
                .singleElement()
                .asString()
                .contains("candidate");
        assertThat(problems(PROMOTED, "{'version':'1.0.3','state':'serving'}", BUNDLE, 2))
                .hasSize(1);
    }

    @Test
    void leftOverBundle_isFound() throws Exception {
        assertThat(problems(PROMOTED, ALONE, List.of(BUNDLE.get(0), "98|Installed|80|1.0.3|x"), 2))
                .singleElement()
                .asString()
                .contains("bundles are installed");
        assertThat(problems(PROMOTED, ALONE, List.of("99|Active|80|1.0.21|x"), 2))
                .hasSize(1);
    }
}
