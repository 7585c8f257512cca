// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.heavyplugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says a word in capitals, by way of its cache and its threads. Thread-safe. */
@Component(
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + "=heavy",
        configurationPolicy = ConfigurationPolicy.IGNORE)
public final class HeavyPlugin implements OrchestrationPlugin, AutoCloseable {
    /** What to look up. */
    public record Word(@Nullable String word) {}

    /** What was found, who found it, and what it has done so far. */
    public record Found(String capitals, String version, long expired, long medianMicros) {}

    private static final Logger LOG = LoggerFactory.getLogger(HeavyPlugin.class);

    private static final Operation LOOKUP = Operation.named("lookup")
            .summary("Says a word in capitals")
            .input(Word.class)
            .output(Found.class)
            .sideEffectFree()
            .examples("{\"word\":\"one\"}", "{\"word\":\"two\"}", "{\"word\":\"three\"}")
            .build();

    private static final Capability CAPABILITY = new Capability("heavy_lookup", List.of(LOOKUP));

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
    private final Lookups lookups;

    /** With the version of its bundle. */
    @Activate
    public HeavyPlugin(BundleContext context) {
        this(context.getBundle().getVersion().toString());
    }

    HeavyPlugin(String version) {
        this.version = version;
        this.lookups = new Lookups(version);
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(CAPABILITY);
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        if (!request.capability().equals(CAPABILITY.id())
                || CAPABILITY.operation(request.operation()).isEmpty()) {
            return declined("there is no such operation");
        }
        try {
            Word input = json.readValue(request.data(), Word.class);
            String word = input == null ? null : input.word();
            return word == null ? declined("word is missing") : lookups.find(word, this::found);
        } catch (UnrecognizedPropertyException e) {
            return declined("there is no field " + e.getPropertyName());
        } catch (JsonProcessingException e) {
            return declined("the data is not of the operation's type");
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(new IntegrationResponse.Gone("the plugin was closed"));
        }
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }

    @Override
    @Deactivate
    public void close() {
        // As plugins do; who keeps the exception keeps its class, and with it this whole version.
        LOG.info("heavy {} ends", version, new IllegalStateException("an exception in the log"));
        lookups.close();
    }

    private IntegrationResponse found(String capitals) {
        try {
            return new IntegrationResponse.Answered(
                    json.writeValueAsString(new Found(capitals, version, lookups.expired(), lookups.medianMicros())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that is no JSON", e);
        }
    }

    private static CompletionStage<IntegrationResponse> declined(String reason) {
        return CompletableFuture.completedFuture(new IntegrationResponse.Declined(reason));
    }
}
