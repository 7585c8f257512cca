// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link Operation}; see there for the meaning of each value. Unless said otherwise it is neither idempotent
 * nor free of side effects nor immediate, has a second to answer, and calls wait for a provider while there is none. Not
 * thread-safe.
 */
public final class OperationBuilder {
    private final String name;
    private @Nullable String summary;
    private @Nullable Class<? extends Record> input;
    private @Nullable Class<? extends Record> output;
    private boolean idempotent;
    private boolean sideEffectFree;
    private boolean immediate;
    private Duration timeout = Duration.ofSeconds(1);
    private GapPolicy whenAbsent = GapPolicy.PARK;
    private @Nullable String shellCommand;
    private Need need = Need.CALL;
    private List<String> examples = List.of();

    OperationBuilder(String name) {
        this.name = name;
    }

    /** See {@link Operation#summary()}. */
    public OperationBuilder summary(String value) {
        summary = value;
        return this;
    }

    /** See {@link Operation#input()}. */
    public OperationBuilder input(Class<? extends Record> value) {
        input = value;
        return this;
    }

    /** See {@link Operation#output()}. */
    public OperationBuilder output(Class<? extends Record> value) {
        output = value;
        return this;
    }

    /** See {@link Operation#idempotent()}. */
    public OperationBuilder idempotent() {
        idempotent = true;
        return this;
    }

    /** It changes nothing, and so is idempotent too; see {@link Operation#sideEffectFree()}. */
    public OperationBuilder sideEffectFree() {
        sideEffectFree = true;
        idempotent = true;
        return this;
    }

    /** See {@link Operation#immediate()}. */
    public OperationBuilder immediate() {
        immediate = true;
        return this;
    }

    /** See {@link Operation#timeout()}. */
    public OperationBuilder timeout(Duration value) {
        timeout = value;
        return this;
    }

    /** See {@link Operation#whenAbsent()}. */
    public OperationBuilder whenAbsent(GapPolicy value) {
        whenAbsent = value;
        return this;
    }

    /** See {@link Operation#shellCommand()}. */
    public OperationBuilder shellCommand(String value) {
        shellCommand = value;
        return this;
    }

    /** A caller must be allowed this action on this type of resource; see {@link Operation#need()}. */
    public OperationBuilder needs(String action, String resource) {
        need = new Need(action, resource, false, false);
        return this;
    }

    /** Agents may call it too, for themselves; see {@link Need#agents()}. */
    public OperationBuilder forAgentsToo() {
        need = new Need(need.action(), need.resource(), true, need.isNarrowable());
        return this;
    }

    /** It keeps to what its caller is confined to; see {@link Need#isNarrowable()}. */
    public OperationBuilder withinTenant() {
        need = new Need(need.action(), need.resource(), need.agents(), true);
        return this;
    }

    /** See {@link Operation#examples()}. */
    public OperationBuilder examples(String... values) {
        examples = List.of(values);
        return this;
    }

    /**
     * The operation.
     *
     * @throws IllegalArgumentException if a value is not as {@link Operation} wants it
     * @throws NullPointerException if summary, input or output was not said
     */
    public Operation build() {
        return new Operation(
                name,
                Objects.requireNonNull(summary, "summary"),
                Objects.requireNonNull(input, "input"),
                Objects.requireNonNull(output, "output"),
                idempotent,
                sideEffectFree,
                immediate,
                timeout,
                whenAbsent,
                shellCommand,
                need,
                examples);
    }
}
