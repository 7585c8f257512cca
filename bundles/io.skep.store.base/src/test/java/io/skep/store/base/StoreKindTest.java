// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreKindTest {
    @Test
    void kind_isTheEmbeddedOne_unlessAnotherIsNamed() {
        assertThat(StoreKind.SQLITE.isChosen(Map.of())).isTrue();
        assertThat(StoreKind.POSTGRES.isChosen(Map.of())).isFalse();
        assertThat(StoreKind.POSTGRES.isChosen(Map.of("kind", "postgres"))).isTrue();
        assertThat(StoreKind.SQLITE.isChosen(Map.of("kind", "postgres"))).isFalse();
        assertThat(StoreKind.isKnown(Map.of("kind", "mysql"))).isFalse();
        assertThat(StoreKind.isKnown(Map.of())).isTrue();
    }

    @Test
    void directory_isWhereItIsSaid_orInTheInstance() {
        assertThat(StoreKind.directory(Map.of("skep.store", "/s")::get)).isEqualTo(Path.of("/s"));
        assertThat(StoreKind.directory(Map.of("karaf.base", "/k")::get)).isEqualTo(Path.of("/k/store"));
        assertThat(StoreKind.directory(name -> null)).isEqualTo(Path.of("store"));
    }
}
