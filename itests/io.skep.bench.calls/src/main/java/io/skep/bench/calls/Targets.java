// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Plugins of four classes, so that a call of one of them goes through the interface's table and can be neither inlined
 * nor left out.
 */
final class Targets {
    private static final String ANSWER = "{\"length\":5}";

    private Targets() {}

    /** The input of every operation. */
    record Text(String text) {}

    /** The output of every operation. */
    record Length(int length) {}

    /** A plugin that offers the capabilities it is given. */
    abstract static class Target implements OrchestrationPlugin {
        private final List<Capability> offers;

        Target(List<String> ids) {
            offers = ids.stream()
                    .map(id -> new Capability(id, List.of(operation())))
                    .toList();
        }

        private static Operation operation() {
            return Operation.named("length")
                    .summary("How long a text is")
                    .input(Text.class)
                    .output(Length.class)
                    .sideEffectFree()
                    .immediate()
                    .examples("{\"text\":\"hello\"}")
                    .build();
        }

        @Override
        public CompletionStage<Void> initialize(Orchestrator orchestrator) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<Capability> capabilities() {
            return offers;
        }

        @Override
        public CompletionStage<Health> health() {
            return CompletableFuture.completedFuture(Health.OK);
        }

        static CompletionStage<IntegrationResponse> answer() {
            return CompletableFuture.completedFuture(new IntegrationResponse.Answered(ANSWER));
        }
    }

    /** The first of the classes. */
    static final class First extends Target {
        First(List<String> ids) {
            super(ids);
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            return answer();
        }
    }

    /** The second. */
    static final class Second extends Target {
        Second(List<String> ids) {
            super(ids);
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            return answer();
        }
    }

    /** The third. */
    static final class Third extends Target {
        Third(List<String> ids) {
            super(ids);
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            return answer();
        }
    }

    /** One that answers when it is told to. For one thread. */
    static final class Later extends Target {
        private CompletableFuture<IntegrationResponse> pending = new CompletableFuture<>();

        Later(List<String> ids) {
            super(ids);
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            pending = new CompletableFuture<>();
            return pending;
        }

        /** Answers the newest call. */
        void answerNow() {
            pending.complete(new IntegrationResponse.Answered(ANSWER));
        }
    }

    /** The fourth of those that answer at once. */
    static final class Fourth extends Target {
        Fourth(List<String> ids) {
            super(ids);
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            return answer();
        }
    }
}
