// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloorsTest {
    private static final Findings FOUND = new Findings(
            "none",
            List.of(
                    Result.of("metatool.zeroshot.acc1", 0.5, "", "bm25", 0.4),
                    Result.of("metatool.zeroshot.unseen.acc1", 0.5, "", "bm25", 0.3),
                    Result.of("metatool.learn.mean", 0.7, "", "static embedding", 0.5),
                    Result.of("metatool.learn.keyword.mean", 0.3, ""),
                    Result.of("metatool.learn.bm25.mean", 0.6, ""),
                    Result.of("metatool.learn.first200", 0.40, "", "static embedding", 0.41),
                    Result.of("clinc150.oos.fpr95", 0.3, ""),
                    Result.of("another.zeroshot.acc1", 0.1, "", "bm25", 0.2)),
            List.of("the machine was on fire"));

    @Test
    void missedFloorsAndClaims_areViolations_namedByHowMuch() {
        Findings judged = Floors.judge(FOUND, true);
        assertThat(judged.violations())
                .containsExactly(
                        "metatool.zeroshot.acc1 is 0.500, less than 0.570",
                        "clinc150.oos.fpr95 is 0.300, more than 0.210",
                        "claim.metatool.zeroshot.over.bm25 is 1.250, less than 1.300",
                        "claim.metatool.learn.over.nonsemantic is 1.167, less than 1.300",
                        "the machine was on fire");
        assertThat(judged.results()).containsAll(FOUND.results());
        assertThat(judged.results())
                .extracting(Result::name)
                .contains("claim.metatool.unseen.over.bm25", "claim.metatool.first200.less.static")
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsNotToBeJudged_isNot() {
        assertThat(Floors.judge(FOUND, false).violations()).containsExactly("the machine was on fire");
    }
}
