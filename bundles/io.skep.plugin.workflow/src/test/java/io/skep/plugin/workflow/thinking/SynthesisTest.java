// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.plugin.workflow.thinking.Insights.Point;
import io.skep.plugin.workflow.thinking.Insights.Source;
import io.skep.plugin.workflow.thinking.Statement.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SynthesisTest {
    private final Encoder encoder = new Encoder();
    private final Synthesis synthesis = new Synthesis(encoder);

    private static Statement say(String agent, Kind kind, String text) {
        return new Statement(kind, text, null, false, 0, new Source("task-of-" + agent, agent));
    }

    private static Statement point(String agent, String text) {
        return say(agent, Kind.POINT, text);
    }

    private List<Point> of(Statement... said) {
        return synthesis
                .of(List.of(said), (int) List.of(said).stream()
                        .map(one -> one.source().agent())
                        .distinct()
                        .count())
                .points();
    }

    private static List<String> agents(Point point) {
        return point.sources().stream().map(Source::agent).toList();
    }

    @Test
    void whatSeveralSay_isOnePoint_withAllWhoSaidIt() {
        List<Point> points = of(
                point("ann", "Put a queue between the services"),
                point("bob", "A queue between the services"),
                point("cid", "Write the tests first"));
        assertThat(points).extracting(Point::kind).containsExactly("agreement", "view");
        assertThat(agents(points.get(0))).containsExactly("ann", "bob");
        assertThat(points.get(0).consensus()).isEqualTo(0.667);
        assertThat(points.get(0).text()).isIn("Put a queue between the services", "A queue between the services");
        assertThat(agents(points.get(1))).containsExactly("cid");
        assertThat(points.get(1).consensus()).isEqualTo(0.333);
    }

    @Test
    void contradictions_areKeptApart() {
        String[][] pairs = {
            {"Use a cache for the sessions", "Do not use a cache for the sessions"},
            {"Use a cache for the sessions", "Avoid a cache for the sessions"},
            {"Increase the size of the pool", "Decrease the size of the pool"},
            {"The migration is safe for customers", "The migration isn't safe for customers"},
            {"Delete the old tables after a week", "Never delete the old tables after a week"},
        };
        for (String[] pair : pairs) {
            List<Point> points = of(point("ann", pair[0]), point("bob", pair[1]));
            assertThat(points).as(pair[1]).extracting(Point::kind).containsExactly("disagreement", "disagreement");
            assertThat(points).extracting(Point::text).containsExactlyInAnyOrder(pair);
            for (Point one : points) {
                assertThat(one.opposes()).isNotEqualTo(one.text()).isIn((Object[]) pair);
                assertThat(one.sources()).hasSize(1);
                assertThat(one.consensus()).isEqualTo(0.5);
            }
        }
    }

    @Test
    void twoDenials_areNone_andOnlyIsNoDenial() {
        assertThat(of(
                        point("ann", "Do not avoid a cache for the sessions"),
                        point("bob", "Use a cache for the sessions")))
                .extracting(Point::kind)
                .containsExactly("agreement");
        assertThat(Polarity.of("not only the cache").against()).isFalse();
        assertThat(Polarity.of("Reduce the risk").topic()).isEqualTo("increase the risk");
        assertThat(Polarity.of("").topic()).isEmpty();
    }

    @Test
    void aStance_turnsAStatementRound() {
        Statement against = new Statement(
                Kind.POINT, "Use a cache for the sessions", 0.9, true, 0, new Source("task-of-bob", "bob"));
        List<Point> points = of(point("ann", "Use a cache for the sessions"), against);
        assertThat(points).extracting(Point::kind).containsExactly("disagreement", "disagreement");
        assertThat(points).extracting(Point::confidence).containsExactlyInAnyOrder(null, 0.9);
    }

    @Test
    void whoContradictsHimself_isNotTwoWhoDisagree_andSaysItOnce() {
        assertThat(of(point("ann", "Use a cache for sessions"), point("ann", "Do not use a cache for sessions")))
                .extracting(Point::kind)
                .containsExactly("view", "view");
        List<Point> twice = of(point("ann", "Use a cache for sessions"), point("ann", "Use the cache for sessions"));
        assertThat(twice).hasSize(1);
        assertThat(twice.get(0).kind()).isEqualTo("view");
        assertThat(twice.get(0).sources()).hasSize(1);
    }

    @Test
    void risksAndPlans_areTheirOwn_andAPlanKeepsItsOrder() {
        List<Statement> said = new ArrayList<>();
        for (String agent : List.of("ann", "bob")) {
            String[] plan = {"Measure the present load", "Write a prototype", "Ask every customer", "Zip the archive"};
            for (int i = 0; i < plan.length; i++) {
                said.add(new Statement(Kind.PLAN, plan[i], null, false, i / 3.0, new Source("t-" + agent, agent)));
            }
        }
        said.add(say("ann", Kind.RISK, "The load may be too high"));
        said.add(point("bob", "The load may be too high"));
        List<Point> points = synthesis.of(said, 2).points();
        assertThat(points).extracting(Point::kind).containsExactly("view", "risk", "plan", "plan", "plan", "plan");
        assertThat(points.subList(2, 6))
                .extracting(Point::text)
                .containsExactly(
                        "Measure the present load", "Write a prototype", "Ask every customer", "Zip the archive");
    }

    @Test
    void theOrderOfAnswers_makesNoDifference_andEverythingSaidHasItsSource() {
        String[] texts = {
            "Put a queue between the services",
            "A queue between services",
            "No queue between the services",
            "Write the tests first",
            "Tests first, write them",
            "Increase the pool",
            "Decrease the pool",
            "Document the interface well",
            "Document the interfaces"
        };
        List<Statement> said = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            for (String agent : List.of("ann", "bob", "cid").subList(0, 1 + i % 3)) {
                said.add(say(agent, Kind.values()[i % 3 == 2 ? 1 : 0], texts[i]));
            }
        }
        List<Point> expected = synthesis.of(said, 3).points();
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            Collections.shuffle(said, random);
            assertThat(synthesis.of(said, 3).points()).isEqualTo(expected);
        }
        for (Point one : expected) {
            assertThat(texts).contains(one.text());
            assertThat(one.sources()).isNotEmpty();
            assertThat(one.consensus()).isBetween(0.333, 1.0);
        }
    }

    @Test
    void withAnEncoder_otherWordsOfTheSameMeaning_areOnePoint() {
        Statement[] said = {point("ann", "buffer requests"), point("bob", "queue calls")};
        assertThat(of(said)).hasSize(2);
        WordVectors vectors = new WordVectors(Map.of(
                Terms.stem("buffer"),
                "x",
                Terms.stem("queue"),
                "x",
                Terms.stem("requests"),
                "y",
                Terms.stem("calls"),
                "y"));
        encoder.set(vectors);
        assertThat(of(said)).extracting(Point::kind).containsExactly("agreement");
        assertThat(synthesis.of(List.of(said), 2).encoder()).isEqualTo("words");
        vectors.gone = true;
        assertThat(synthesis.of(List.of(said), 2).encoder()).isEqualTo("lexical");
    }

    @Test
    void points_areBoundedInNumber_andTheRestIsCounted() {
        List<Statement> said = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            said.add(point("ann", "word" + i + " thing" + i));
        }
        Synthesis.Result result = synthesis.of(said, 1);
        assertThat(result.points()).hasSize(Synthesis.MAX_POINTS);
        assertThat(result.omitted()).isEqualTo(20);
        assertThat(synthesis.of(List.of(), 0).points()).isEmpty();
    }
}
