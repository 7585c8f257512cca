// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work is only collected here; it runs when a test says so. */
class LanesTest {
    private final Deque<Runnable> begun = new ArrayDeque<>();
    private final Lanes lanes = new Lanes(begun::add, PluginSettings.DEFAULT);

    private Lane busy(String plugin) {
        Lane lane = lanes.open(plugin);
        lane.execute(() -> {});
        return lane;
    }

    @Test
    void generation_hasItsOwn() {
        Lane hanging = busy("p");

        Lane next = lanes.open("p");

        assertThat(next).isNotSameAs(hanging);
        assertThat(next.isIdle()).isTrue();
        assertThat(hanging.isIdle()).isFalse();
    }

    @Test
    void generationsAfterManyThatHang_shareTheirLanes() {
        List<Lane> hanging = new ArrayList<>();
        for (int i = 0; i < Lanes.MAX_LEFT; i++) {
            hanging.add(busy("p"));
        }
        hanging.forEach(lane -> lanes.close("p", lane));

        Lane next = lanes.open("p");
        assertThat(next).isSameAs(hanging.get(0));
        assertThat(lanes.open("q")).isNotIn(hanging);
        lanes.close("p", next);
        assertThat(lanes.open("p")).isSameAs(hanging.get(1));
    }

    @Test
    void lanesThatHaveComeToRest_areForgotten() {
        List<Lane> hanging = new ArrayList<>();
        for (int i = 0; i < Lanes.MAX_LEFT; i++) {
            hanging.add(busy("p"));
        }
        hanging.forEach(lane -> lanes.close("p", lane));
        begun.remove().run();

        assertThat(hanging.get(0).isIdle()).isTrue();
        assertThat(lanes.open("p")).isNotIn(hanging);
    }

    @Test
    void idleLane_ofAGenerationThatIsGone_isNotKept() {
        for (int i = 0; i <= Lanes.MAX_LEFT; i++) {
            lanes.close("p", lanes.open("p"));
        }
        Lane next = lanes.open("p");
        assertThat(next.isIdle()).isTrue();
    }
}
