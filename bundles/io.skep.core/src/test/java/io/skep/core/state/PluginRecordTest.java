// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.PluginDetail;
import io.skep.api.plugin.PluginState.Document;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluginRecordTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private static PluginRecord.Build build(String version) {
        return new PluginRecord.Build("b", version, "hash" + version);
    }

    private static PluginRecord desiring(String... versions) {
        PluginRecord record = PluginRecord.unknown("p");
        for (String version : versions) {
            record = record.desiring(build(version), List.of("c" + version));
        }
        return record;
    }

    @Test
    void versionBefore_canBeBroughtBack_newestFirst_upToABound() {
        PluginRecord record = desiring("1", "2", "3", "4", "5");

        assertThat(record.desired()).isEqualTo(build("5"));
        assertThat(record.capabilities()).containsExactly("c5");
        assertThat(record.previous()).containsExactly(build("4"), build("3"), build("2"));
    }

    @Test
    void versionThatIsWantedAgain_isNotAmongThoseBefore() {
        assertThat(desiring("1", "2", "1").previous()).containsExactly(build("2"));
        assertThat(desiring("1", "1").previous()).isEmpty();
    }

    @Test
    void versionWhoseJarIsNotKept_cannotBeBroughtBack() {
        PluginRecord record = PluginRecord.unknown("p")
                .desiring(new PluginRecord.Build("b", "1", ""), List.of())
                .desiring(build("2"), List.of());

        assertThat(record.previous()).isEmpty();
    }

    @Test
    void pluginThatIsTakenAway_leavesItsVersionInReach() {
        PluginRecord record = desiring("1").desiring(null, List.of());

        assertThat(record.desired()).isNull();
        assertThat(record.previous()).containsExactly(build("1"));
    }

    @Test
    void forgottenVersion_isOutOfReach() {
        assertThat(desiring("1", "2", "3").forgetting(build("2")).previous()).containsExactly(build("1"));
        assertThat(desiring("1", "2").forgetting(build("9")).previous()).containsExactly(build("1"));
    }

    @Test
    void promotionThatIsTakenBack_staysInTheHistory() {
        PluginRecord before = desiring("1", "2");
        PluginDetail.Entry promoted = new PluginDetail.Entry(T0, "plugin.promoted", "ann", "2 to 3");
        PluginRecord after = before.desiring(build("3"), List.of("new")).with(promoted);

        PluginRecord back = after.asBefore(before);

        assertThat(back.desired()).isEqualTo(build("2"));
        assertThat(back.previous()).containsExactly(build("1"));
        assertThat(back.capabilities()).isEqualTo(before.capabilities());
        assertThat(back.history()).containsExactly(promoted);
    }

    @Test
    void history_isBounded_andTheNewestStays() {
        PluginRecord record = PluginRecord.unknown("p");
        for (int i = 0; i < 60; i++) {
            record = record.with(new PluginDetail.Entry(T0, "e", "a", "d" + i));
        }

        assertThat(record.history()).hasSize(50);
        assertThat(record.history().get(0).detail()).isEqualTo("d10");
        assertThat(record.cause()).isEqualTo("d59");
    }

    @Test
    void shard_isTheSumOfItsChanges() {
        Shard shard = new Shard(0, 16);
        shard.apply(Change.of(desiring("1"), "promoted", T0));
        shard.apply(Change.of(desiring("1", "2"), "promoted", T0));
        shard.apply(Change.of(new StateDocument("p", "b", new Document(1, "1")), T0));
        shard.apply(Change.of(new StateDocument("p", "a", new Document(2, "2")), T0));
        shard.apply(Change.of(new StateDocument("p", "b", null), T0));
        shard.apply(Change.note("flag.changed", "echo", "so", T0));

        assertThat(shard.seq()).isEqualTo(6);
        assertThat(shard.plugin("p")).isEqualTo(desiring("1", "2"));
        assertThat(shard.plugin("q")).isNull();
        assertThat(shard.plugins()).hasSize(1);
        assertThat(shard.documents("p")).containsOnlyKeys("a").containsEntry("a", new Document(2, "2"));
        assertThat(shard.documents("q")).isEmpty();
        assertThat(shard.allDocuments()).containsExactly(new StateDocument("p", "a", new Document(2, "2")));
    }

    @Test
    void events_sayWhatHappenedToWhom() {
        PluginDetail.Entry entry = new PluginDetail.Entry(T0, "plugin.promoted", "ann", "so");
        assertThat(Change.of(desiring("1").with(entry), "promoted", T0).event(2, 7))
                .satisfies(event -> {
                    assertThat(event.type()).isEqualTo("plugin.promoted");
                    assertThat(event.subject()).isEqualTo("p");
                    assertThat(event.cause()).isEqualTo("so");
                });
        assertThat(Change.of(new StateDocument("p", "k", null), T0).event(2, 7)).satisfies(event -> {
            assertThat(event.type()).isEqualTo("plugin.state");
            assertThat(event.subject()).isEqualTo("p");
            assertThat(event.cause()).isEqualTo("k");
        });
        assertThat(Change.note("flag.changed", "echo", "so", T0).event(2, 7)).satisfies(event -> {
            assertThat(event.type()).isEqualTo("flag.changed");
            assertThat(event.subject()).isEqualTo("echo");
            assertThat(event.cause()).isEqualTo("so");
        });
    }
}
