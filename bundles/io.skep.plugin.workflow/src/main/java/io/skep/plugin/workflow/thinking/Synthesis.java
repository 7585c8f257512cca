// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.plugin.workflow.thinking.Insights.Point;
import io.skep.plugin.workflow.thinking.Insights.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what several said. Statements of one kind that are about the same are one topic (average linkage, the
 * closest first); within it those for and those against it are kept apart. The order in which answers came makes no
 * difference. Nothing is written anew: a point has the words of the statement that is closest to the others of its topic.
 */
final class Synthesis {
    /** Points that are kept. */
    static final int MAX_POINTS = 40;

    private static final int MAX_STATEMENTS = ThinkingSettings.MAX_PARTICIPANTS * AnswerReader.MAX_STATEMENTS;
    private static final Comparator<Statement> ORDER = Comparator.comparing(Statement::text)
            .thenComparing(statement -> statement.source().task())
            .thenComparingDouble(Statement::place)
            .thenComparing(Statement::against)
            .thenComparingDouble(statement -> Objects.requireNonNullElse(statement.confidence(), -1.0));

    private final Encoder encoder;

    /** What it came to, and how many points there were beyond those. */
    record Result(List<Point> points, int omitted, String encoder) {}

    /** The points of one topic, and where they stand among others. */
    private record Topic(List<Point> points, double rank, String text) {}

    Synthesis(Encoder encoder) {
        this.encoder = encoder;
    }

    /** The points, of what so many different agents said. May take a while. */
    Result of(List<Statement> statements, int agents) {
        List<Statement> sorted =
                statements.stream().limit(MAX_STATEMENTS).sorted(ORDER).toList();
        List<Polarity> polarities =
                sorted.stream().map(said -> Polarity.of(said.text())).toList();
        Likeness likeness = Likeness.of(polarities.stream().map(Polarity::topic).toList(), encoder);
        Map<String, List<Topic>> topics = new LinkedHashMap<>();
        for (String kind : List.of("agreement", "view", "disagreement", "risk", "plan")) {
            topics.put(kind, new ArrayList<>());
        }
        for (Statement.Kind kind : Statement.Kind.values()) {
            List<Integer> mine = new ArrayList<>();
            for (int i = 0; i < sorted.size(); i++) {
                if (sorted.get(i).kind() == kind) {
                    mine.add(i);
                }
            }
            for (List<Integer> cluster : clusters(mine, likeness)) {
                for (Topic topic : new Sides(sorted, polarities, likeness, agents).topics(kind, cluster)) {
                    Objects.requireNonNull(topics.get(topic.points().get(0).kind()))
                            .add(topic);
                }
            }
        }
        List<Point> points = topics.values().stream()
                .flatMap(list -> list.stream()
                        .sorted(Comparator.comparingDouble(Topic::rank).thenComparing(Topic::text)))
                .flatMap(topic -> topic.points().stream())
                .toList();
        int kept = Math.min(MAX_POINTS, points.size());
        return new Result(points.subList(0, kept), points.size() - kept, likeness.encoder());
    }

    /** Joins the two clusters that are closest on average as long as these say the same. */
    private static List<List<Integer>> clusters(List<Integer> members, Likeness likeness) {
        List<List<Integer>> clusters = new ArrayList<>();
        members.forEach(member -> clusters.add(new ArrayList<>(List.of(member))));
        while (true) {
            double best = likeness.same();
            int to = -1;
            int from = -1;
            for (int a = 0; a < clusters.size(); a++) {
                for (int b = a + 1; b < clusters.size(); b++) {
                    double mean = mean(clusters.get(a), clusters.get(b), likeness);
                    if (mean > best || (mean == best && to < 0)) {
                        best = mean;
                        to = a;
                        from = b;
                    }
                }
            }
            if (to < 0) {
                return clusters;
            }
            clusters.get(to).addAll(clusters.remove(from));
        }
    }

    private static double mean(List<Integer> a, List<Integer> b, Likeness likeness) {
        double sum = 0;
        for (int x : a) {
            for (int y : b) {
                sum += likeness.of(x, y);
            }
        }
        return sum / (a.size() * b.size());
    }

    /** What is said for and against one topic. */
    private record Sides(List<Statement> said, List<Polarity> polarities, Likeness likeness, int agents) {
        List<Topic> topics(Statement.Kind kind, List<Integer> cluster) {
            Map<Boolean, List<Integer>> sides = cluster.stream()
                    .collect(Collectors.partitioningBy(
                            i -> polarities.get(i).against() != said.get(i).against()));
            List<Integer> pro = Objects.requireNonNull(sides.get(false));
            List<Integer> contra = Objects.requireNonNull(sides.get(true));
            // Somebody who takes back in one answer what he said in it is not two who disagree.
            if (!pro.isEmpty() && !contra.isEmpty() && agents(cluster).size() > 1) {
                Point first = point("disagreement", pro, text(contra));
                Point second = point("disagreement", contra, text(pro));
                boolean swap = first.consensus() < second.consensus();
                return List.of(new Topic(
                        swap ? List.of(second, first) : List.of(first, second),
                        -first.consensus() - second.consensus(),
                        first.text()));
            }
            List<Topic> topics = new ArrayList<>();
            for (List<Integer> side : List.of(pro, contra)) {
                if (!side.isEmpty()) {
                    topics.add(topic(kind, side));
                }
            }
            return topics;
        }

        private Topic topic(Statement.Kind kind, List<Integer> side) {
            Point point = point(
                    switch (kind) {
                        case POINT -> agents(side).size() > 1 ? "agreement" : "view";
                        case RISK -> "risk";
                        case PLAN -> "plan";
                    },
                    side,
                    null);
            double place = side.stream()
                    .mapToDouble(i -> said.get(i).place())
                    .average()
                    .orElse(0);
            return new Topic(List.of(point), kind == Statement.Kind.PLAN ? place : -point.consensus(), point.text());
        }

        private Set<String> agents(List<Integer> side) {
            Set<String> agents = new HashSet<>();
            side.forEach(i -> agents.add(said.get(i).source().agent()));
            return agents;
        }

        private Point point(String kind, List<Integer> side, @Nullable String opposes) {
            List<Source> sources = side.stream()
                    .map(i -> said.get(i).source())
                    .distinct()
                    .sorted(Comparator.comparing(Source::agent).thenComparing(Source::task))
                    .toList();
            OptionalDouble confidence = side.stream()
                    .map(i -> said.get(i).confidence())
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .average();
            return new Point(
                    text(side),
                    kind,
                    rounded((double) agents(side).size() / Math.max(1, agents)),
                    confidence.isPresent() ? rounded(confidence.getAsDouble()) : null,
                    opposes,
                    sources);
        }

        /** The words that are closest to what the others of the side say. */
        private String text(List<Integer> side) {
            int closest = side.get(0);
            double best = -1;
            for (int a : side) {
                double sum = 0;
                for (int b : side) {
                    sum += likeness.of(a, b);
                }
                if (sum > best) {
                    best = sum;
                    closest = a;
                }
            }
            return said.get(closest).text();
        }
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
