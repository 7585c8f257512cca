// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LivePolicyTest {
    private static final String BOTH =
            "roles: {%s: {grants: [{id: %s, actions: ['*'], resources: ['*'], tenants: '*'}]}}";
    private static final Subject EITHER = new Subject("ann", "blue", List.of("x", "y"), null);
    private static final Resource TASK = new Resource("task", "1", "blue", null);

    @Test
    void documentThatIsTaken_decidesTheNextCall() {
        LivePolicy live = new LivePolicy(PolicyLimits.DEFAULT);
        assertThat(live.current().version()).isEqualTo(Policy.seeded().version());
        assertThat(live.decide(EITHER, "read", TASK, Policies.CONTEXT).allowed())
                .isFalse();
        Policy taken = live.take(BOTH.formatted("x", "x"));
        assertThat(live.current()).isSameAs(taken);
        assertThat(live.decide(EITHER, "read", TASK, Policies.CONTEXT).policy()).isEqualTo(taken.version());
        assertThat(live.decide(EITHER, "read", TASK, Policies.CONTEXT).allowed())
                .isTrue();
        assertThat(live.explain(EITHER, "read", TASK, Policies.CONTEXT).decision())
                .isEqualTo(live.decide(EITHER, "read", TASK, Policies.CONTEXT));
    }

    @Test
    void documentThatIsRefused_changesNothing() {
        LivePolicy live = new LivePolicy(PolicyLimits.DEFAULT);
        Policy before = live.take(BOTH.formatted("x", "x"));
        assertThatThrownBy(() -> live.take("roles: {x: {grants: [{actions: [reed], resources: [task]}]}}"))
                .isInstanceOf(PolicyException.class);
        assertThat(live.current()).isSameAs(before);
    }

    @Test
    void limits_holdForEachDocument() {
        LivePolicy live = new LivePolicy(new PolicyLimits(1 << 20, 200_000, 12, 6, 64, 100_000, 64));
        assertThatThrownBy(() -> live.take("roles: {x: {}}")).hasMessageContaining("more than 6 roles");
    }

    @Test
    void everyDecisionDuringSwaps_isWhollyOfOnePolicy() throws InterruptedException {
        LivePolicy live = new LivePolicy(PolicyLimits.DEFAULT);
        String x = live.take(BOTH.formatted("x", "x")).version();
        String y = live.take(BOTH.formatted("y", "y")).version();
        AtomicBoolean done = new AtomicBoolean();
        Thread swapper = new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                live.take(i % 2 == 0 ? BOTH.formatted("x", "x") : BOTH.formatted("y", "y"));
            }
            done.set(true);
        });
        swapper.start();
        while (!done.get()) {
            Decision decision = live.decide(EITHER, "read", TASK, Policies.CONTEXT);
            assertThat(decision.policy()).isEqualTo(decision.rule().equals("x") ? x : y);
            assertThat(decision.allowed()).isTrue();
        }
        swapper.join();
    }
}
