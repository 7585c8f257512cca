// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.base.Declination;
import io.skep.plugin.monitoring.figures.Board;
import io.skep.plugin.monitoring.figures.Figure;
import io.skep.plugin.monitoring.figures.Meaning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Meaning AGE = Meaning.gauge("queues", "age", "seconds", "How old.");
    private static final Rule RULE =
            new Rule("old", "age", null, 10.0, null, 60_000L, 300_000L, null, null, "too old", null);

    private Alerts alerts = new Alerts(Alerts.Kept.NONE, 600_000, 0);
    private Set<String> acknowledged = Set.of();

    private static Board board(double... values) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            figures.add(new Figure(AGE, "", Map.of("queue", "q" + i), values[i], Figure.NOW));
        }
        return new Board(Instant.EPOCH, figures);
    }

    private List<String> look(long seconds, double... values) {
        return look(RULE, seconds, values);
    }

    private List<String> look(Rule rule, long seconds, double... values) {
        return alerts.look(List.of(rule), board(values), acknowledged, 1_000 * seconds).stream()
                .map(change -> change.what() + ' ' + change.alert().id())
                .toList();
    }

    /** Every ten seconds from one time to another. */
    private List<String> looks(long from, long to, double... values) {
        List<String> all = new ArrayList<>();
        for (long second = from; second <= to; second += 10) {
            for (String change : look(second, values)) {
                all.add(second + " " + change);
            }
        }
        return all;
    }

    @Test
    void ruleThatIsBrokenLongEnough_fires_andIsResolvedAtOnce() {
        assertThat(looks(0, 100, 11)).containsExactly("60 fired old:1");
        assertThat(looks(110, 150, 9)).containsExactly("110 resolved old:1");
        assertThat(alerts.untold())
                .extracting(Alerts.Untold::type)
                .containsExactly("monitoring.alert.fired", "monitoring.alert.resolved");
        assertThat(alerts.told("monitoring.alert.fired", "old:1")).isTrue();
        assertThat(alerts.told("monitoring.alert.fired", "old:1")).isFalse();
    }

    @Test
    void ruleThatIsBrokenForTooShort_isNotTold() {
        assertThat(looks(0, 50, 11)).isEmpty();
        assertThat(looks(60, 60, 9)).isEmpty();
        assertThat(looks(70, 120, 11)).as("it begins anew").isEmpty();
    }

    @Test
    void afterItWasResolved_itRests_andThenFiresAgain() {
        looks(0, 60, 11);
        looks(70, 70, 9);
        assertThat(looks(80, 400, 11)).containsExactly("370 fired old:2");
    }

    @Test
    void squareWave_isToldOnceInItsCoolDown() {
        looks(0, 60, 11);
        List<String> told = new ArrayList<>();
        for (long second = 70; second < 370; second += 20) {
            told.addAll(looks(second, second, 9));
            told.addAll(looks(second + 10, second + 10, 11));
        }
        assertThat(told).containsExactly("70 resolved old:1");
    }

    @Test
    void nextVersion_knowsWhatFires_andTellsItNoMore_andNumbersGoOn() {
        looks(0, 60, 11);
        alerts = new Alerts(alerts.kept(), 600_000, 61_000);
        assertThat(looks(70, 100, 12)).isEmpty();
        assertThat(alerts.all()).hasSize(1);
        assertThat(looks(110, 110, 1)).containsExactly("110 resolved old:1");
        alerts = new Alerts(alerts.kept(), 600_000, 120_000);
        assertThat(looks(120, 420, 11)).containsExactly("410 fired old:2");
    }

    @Test
    void whatWasPending_beginsAnew_afterATimeInWhichNobodyLooked() {
        looks(0, 50, 11);
        alerts = new Alerts(alerts.kept(), 600_000, 200_000);
        assertThat(looks(200, 250, 11)).isEmpty();
        assertThat(looks(260, 260, 11)).containsExactly("260 fired old:1");
    }

    @Test
    void figureThatIsNotThereYet_resolvesNothing_butOneThatStaysAwayDoes() {
        looks(0, 60, 11);
        alerts = new Alerts(alerts.kept(), 600_000, 61_000);
        assertThat(looks(70, 120)).isEmpty();
        assertThat(looks(130, 130)).containsExactly("130 resolved old:1");
    }

    @Test
    void whatFiresStill_isDeliveredAgain_untilItIsAcknowledged() {
        assertThat(looks(0, 1_300, 11)).containsExactly("60 fired old:1", "660 again old:1", "1260 again old:1");
        acknowledged = Set.of("old:1");
        assertThat(looks(1_310, 3_000, 11)).isEmpty();
        assertThat(alerts.untold()).as("that is no news").hasSize(1);
    }

    @Test
    void manyFigures_areOneAlert_theWorstFirst() {
        looks(0, 0, 11, 5, 30);
        Alert alert = alerts.all().get(0);
        assertThat(alert.value()).isEqualTo(30);
        assertThat(alert.count()).isEqualTo(2);
        assertThat(alert.members()).containsExactly("{queue=q2} 30.0", "{queue=q0} 11.0");
        double[] many = new double[25];
        java.util.Arrays.fill(many, 11);
        looks(10, 60, many);
        assertThat(alerts.all().get(0).members()).hasSize(Alert.MEMBERS);
        assertThat(alerts.untold().get(0).cause()).startsWith("too old (11.0)").endsWith("and more");
    }

    @Test
    void ruleThatIsGoneOrOff_isResolved() {
        looks(0, 60, 11);
        assertThat(look(RULE.off(true), 70, 11)).containsExactly("resolved old:1");
    }

    @Test
    void figureBelowItsBound_breaksARule_withTheseLabelsOnly() {
        Rule low = new Rule("low", "age", Map.of("queue", "q1"), null, 2.0, null, null, "g", "page", null, null);
        assertThat(look(low, 0, 1, 3)).isEmpty();
        assertThat(look(low, 1, 3, 1)).containsExactly("fired low:1");
        assertThat(alerts.untold().get(0).cause()).startsWith("age is below 2.0 (1.0)");
    }

    @Test
    void noMoreThanAHundredThatAreOver_areKept() {
        Rule quick = new Rule("quick", "age", null, 10.0, null, 0L, 0L, null, null, null, null);
        for (int i = 0; i < 240; i += 2) {
            look(quick, i, 11);
            look(quick, i + 1, 1);
        }
        assertThat(alerts.all()).hasSize(Alerts.RESOLVED);
    }

    @Test
    void rules_areChecked() {
        assertThatThrownBy(() -> new Rule("r", "f", null, 1.0, 1.0, null, null, null, null, null, null))
                .isInstanceOf(Declination.class)
                .hasMessage("a rule has either \"above\" or \"below\"");
        assertThatThrownBy(() -> new Rule("r", "f", null, 1.0, null, -1L, null, null, null, null, null))
                .hasMessageContaining("forMillis");
        assertThatThrownBy(() -> new Rule("r", "f", null, 1.0, null, null, null, null, "bad", null, null))
                .hasMessageContaining("severity");
        assertThat(BuiltIn.rules(300, 60_000, false))
                .filteredOn(Rule::isOff)
                .extracting(Rule::name)
                .containsExactly("anomaly");
    }
}
