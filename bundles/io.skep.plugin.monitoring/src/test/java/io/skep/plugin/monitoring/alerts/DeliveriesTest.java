// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final List<String> sent = new ArrayList<>();
    private Deliveries deliveries = new Deliveries(List.of(), 3, 4);
    private boolean works;

    private static Change change(String rule, String group) {
        Rule its = new Rule(rule, "f", null, 1.0, null, null, null, group, null, null, null);
        return new Change(Change.FIRED, its, Alert.pending(rule, 1).fired(rule + ":1", 2));
    }

    private CompletionStage<Void> send(Delivery delivery) {
        sent.add(delivery.id());
        return works
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new IOException("answered 500"));
    }

    private void round(long now) {
        deliveries.settle(now);
        deliveries.changes();
        deliveries.send(now, key -> true, this::send);
    }

    @Test
    void changesOfAGroup_areOneDelivery() {
        deliveries.add(List.of(change("a", "g"), change("b", "g"), change("c", "h")), 10);
        assertThat(deliveries.all()).extracting(Delivery::group).containsExactly("g", "h");
        assertThat(deliveries.all().get(0).alerts())
                .extracting(Delivery.Told::rule)
                .containsExactly("a", "b");
    }

    @Test
    void nothingIsSent_beforeItIsKept() {
        deliveries.add(List.of(change("a", "g")), 10);
        deliveries.send(10, key -> true, this::send);
        assertThat(sent).isEmpty();
        assertThat(deliveries.isChanged()).isTrue();
        assertThat(deliveries.changes()).containsOnlyKeys("delivery.a-1-fired-10");
        assertThat(deliveries.isChanged()).isFalse();
        deliveries.send(10, key -> true, this::send);
        deliveries.send(10, key -> true, this::send);
        assertThat(sent).as("once at a time").hasSize(1);
    }

    @Test
    void whatArrived_isGone_alsoFromWhatIsKept() {
        works = true;
        deliveries.add(List.of(change("a", "g")), 0);
        round(0);
        deliveries.settle(1);
        Map<String, Optional<Object>> changes = deliveries.changes();
        assertThat(changes).containsEntry("delivery.a-1-fired-0", Optional.empty());
        assertThat(deliveries.all()).isEmpty();
    }

    @Test
    void whatTheGenerationBeforeSawArrive_isNotSent() {
        deliveries.add(List.of(change("a", "g")), 0);
        deliveries.changes();
        deliveries.send(0, key -> false, this::send);
        assertThat(sent).isEmpty();
        assertThat(deliveries.all()).isEmpty();
    }

    @Test
    void whatDoesNotArrive_isTriedAgain_laterAndLater_thenDead_alsoAfterARestart() {
        deliveries.add(List.of(change("a", "g")), 0);
        List<Long> tried = new ArrayList<>();
        for (long now = 0; now < 60_000; now += 500) {
            if (now == 2_500) {
                deliveries = new Deliveries(deliveries.all(), 3, 4);
            }
            int before = sent.size();
            round(now);
            if (sent.size() > before) {
                tried.add(now);
            }
        }
        assertThat(tried).containsExactly(0L, 1_500L, 4_000L, 8_500L);
        Delivery dead = deliveries.all().get(0);
        assertThat(dead.dead()).isTrue();
        assertThat(dead.error()).isEqualTo("answered 500");
        assertThat(dead.attempts()).isEqualTo(4);
    }

    @Test
    void whatIsDead_canBeTriedAgain_asAtFirst_andThatIsKept() {
        deliveries.add(List.of(change("a", "g")), 0);
        for (long now = 0; now < 60_000; now += 500) {
            round(now);
        }
        Delivery dead = deliveries.all().get(0);
        assertThat(dead.dead()).isTrue();
        deliveries.replay("nobody", 60_000);
        assertThat(deliveries.isChanged()).isFalse();
        deliveries.replay(dead.id(), 60_000);
        assertThat(deliveries.changes()).containsOnlyKeys("delivery." + dead.id());
        assertThat(deliveries.all().get(0).attempts()).isZero();
        works = true;
        sent.clear();
        round(60_000);
        deliveries.settle(60_001);
        assertThat(sent).containsExactly(dead.id());
        assertThat(deliveries.all()).isEmpty();
    }

    @Test
    void ofTooMany_theOldestIsGivenUp_andAHundredDeadAreKept() {
        for (int i = 0; i < 200; i++) {
            deliveries.add(List.of(change("a" + i, "g" + i)), i);
        }
        assertThat(deliveries.all())
                .filteredOn(one -> !one.dead())
                .extracting(Delivery::group)
                .containsExactly("g197", "g198", "g199");
        assertThat(deliveries.all()).filteredOn(Delivery::dead).hasSize(Deliveries.DEAD);
        assertThat(deliveries.all().get(0).error()).isEqualTo("too many were waiting");
        round(1_000);
        assertThat(sent).hasSize(3);
    }
}
