// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.sampleplugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Says again what it is told, with the version that it is; and counts. Thread-safe. */
@Component(property = OrchestrationPlugin.NAME + "=sample")
public final class SamplePlugin implements OrchestrationPlugin {
    /** What is said. */
    public record Text(@Nullable String text) {}

    /** What is said again, how long it is in characters, and who says it. */
    public record Echo(String text, int length, String version, int schema) {}

    /** Nothing to be said. */
    public record Nothing() {}

    /** How often and how much was said again, as far as it is known; the latter only from schema 2 on. */
    public record Count(long echoes, @Nullable Long characters, String version, int schema) {}

    private static final String CAPABILITY = "sample_echo";
    private static final String SCHEMA_HEADER = "Skep-Sample-Schema";

    private static final Operation ECHO = Operation.named("echo")
            .summary("Says again what it is told")
            .input(Text.class)
            .output(Echo.class)
            .sideEffectFree()
            .immediate()
            .examples("{\"text\":\"hello\"}", "{\"text\":\"\"}")
            .build();

    private static final Operation COUNT = Operation.named("count")
            .summary("How often it said something again")
            .input(Nothing.class)
            .output(Count.class)
            .sideEffectFree()
            .immediate()
            .examples("{}")
            .build();

    private final ObjectMapper json = JsonMapper.builder()
            // Jackson's own cache of types is shared by the whole server and would keep this bundle's classes.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .withCoercionConfig(LogicalType.Textual, coercion -> {
                for (CoercionInputShape shape : CoercionInputShape.values()) {
                    coercion.setCoercion(shape, CoercionAction.Fail);
                }
            })
            .build();

    private final String version;
    private final int schema;
    private volatile @Nullable EchoCount count;

    /** As the bundle's manifest says. */
    @Activate
    public SamplePlugin(BundleContext context) {
        this(context.getBundle());
    }

    private SamplePlugin(Bundle bundle) {
        this(
                bundle.getVersion().toString(),
                Optional.ofNullable(bundle.getHeaders().get(SCHEMA_HEADER))
                        .map(Integer::valueOf)
                        .orElse(1));
    }

    SamplePlugin(String version, int schema) {
        this.version = version;
        this.schema = schema;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        count = new EchoCount(orchestrator.state(), schema, json);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(new Capability(CAPABILITY, List.of(ECHO, COUNT)));
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        return CompletableFuture.completedFuture(answer(request));
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }

    private IntegrationResponse answer(IntegrationRequest request) {
        String operation = request.operation() == null ? ECHO.name() : request.operation();
        if (!request.capability().equals(CAPABILITY)) {
            return new IntegrationResponse.Declined("there is no capability " + request.capability());
        }
        try {
            if (operation.equals(ECHO.name())) {
                return echo(read(request.data(), Text.class).text());
            } else if (operation.equals(COUNT.name())) {
                read(request.data(), Nothing.class);
                return count();
            }
            return new IntegrationResponse.Declined("there is no operation " + operation);
        } catch (UnrecognizedPropertyException e) {
            return new IntegrationResponse.Declined("there is no field " + e.getPropertyName());
        } catch (MismatchedInputException e) {
            return new IntegrationResponse.Declined("the data is not of the operation's type");
        } catch (JsonProcessingException e) {
            return new IntegrationResponse.Declined("the data is not JSON");
        }
    }

    private <T extends Record> T read(String data, Class<T> type) throws JsonProcessingException {
        T value = json.readValue(data, type);
        if (value == null) {
            throw MismatchedInputException.from(null, type, "null");
        }
        return value;
    }

    private IntegrationResponse echo(@Nullable String text) throws JsonProcessingException {
        if (text == null) {
            return new IntegrationResponse.Declined("text is missing");
        }
        EchoCount present = count;
        if (present != null) {
            present.add(text.length());
        }
        return new IntegrationResponse.Answered(
                json.writeValueAsString(new Echo(text, text.length(), version, schema)));
    }

    private IntegrationResponse count() throws JsonProcessingException {
        EchoCount present = count;
        EchoCount.Totals totals = present == null ? EchoCount.Totals.NONE : present.totals();
        Long characters = schema < 2 ? null : totals.characters();
        return new IntegrationResponse.Answered(
                json.writeValueAsString(new Count(totals.echoes(), characters, version, schema)));
    }
}
