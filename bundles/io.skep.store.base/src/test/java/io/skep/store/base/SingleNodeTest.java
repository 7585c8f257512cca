// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.admin.ClusterNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SingleNodeTest {
    private final SingleNode cluster = new SingleNode("1.0", Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private static Refusal.Reason reason(CompletionStage<ClusterNode> stage) {
        Refusal.Reason[] reason = new Refusal.Reason[1];
        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .satisfies(e -> reason[0] = ((Refusal) e.getCause()).reason());
        return reason[0];
    }

    @Test
    void itAlwaysServes_andSaysWhereItIs() {
        cluster.advertise("http://here:1");
        ClusterNode only = new ClusterNode(
                "local", "http://here:1", ClusterNode.Role.SERVING, "1.0", 1, Instant.EPOCH, Duration.ZERO, null, null);
        assertThat(cluster.nodes()).containsExactly(only);
        assertThat(cluster.serving()).contains(only);
        assertThat(cluster.self()).isEqualTo(only.id());
        assertThat(cluster.resume("local")).isCompletedWithValue(only);
    }

    @Test
    void itCannotBeDrained_andThereIsNoOther() {
        assertThat(reason(cluster.drain("local"))).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(reason(cluster.drain("other"))).isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(reason(cluster.resume("other"))).isEqualTo(Refusal.Reason.NOT_FOUND);
    }
}
