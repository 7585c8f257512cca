// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionErasureTest {
    private final List<IntegrationRequest> asked = new ArrayList<>();

    private @Nullable Integer erase(IntegrationResponse response) {
        SessionErasure erasure = new SessionErasure(
                request -> {
                    asked.add(request);
                    return CompletableFuture.completedFuture(response);
                },
                new Codec());
        return erasure.erase("ada \"the first\"").toCompletableFuture().join();
    }

    @Test
    void whatIsGone_isCounted() {
        assertThat(erase(new Answered("{\"sessions\":0,\"items\":7,\"new\":true}")))
                .isEqualTo(7);
        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.capability() + '/' + request.operation()).isEqualTo("session_management/erase");
            assertThat(request.data()).isEqualTo("{\"author\":\"ada \\\"the first\\\"\"}");
        });
    }

    @Test
    void whereNobodyHasSessions_thereIsNothing() {
        assertThat(erase(new Gone("nobody offers it"))).isNull();
    }

    static List<IntegrationResponse> troubles() {
        return List.of(
                new Declined("session s is damaged"),
                new Failed("context-management", "oops"),
                new TimedOut("context-management", Duration.ofSeconds(4)),
                new Answered("[]"));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void whatIsNotErased_isSaid(IntegrationResponse trouble) {
        assertThatThrownBy(() -> erase(trouble))
                .hasCauseInstanceOf(Declination.class)
                .hasMessageContaining("not yet")
                .hasMessageContaining("say the same again");
    }
}
