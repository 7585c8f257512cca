package ${package};

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** The plugin {@code ${plugin}}: decodes, delegates and encodes. Thread-safe. */
@Component(
        service = OrchestrationPlugin.class,
        configurationPolicy = ConfigurationPolicy.IGNORE,
        property = OrchestrationPlugin.NAME + "=${plugin}")
public final class ${className}Plugin implements OrchestrationPlugin {
    private static final Capability CAPABILITY = new Capability(
            "${capability}",
            List.of(Operation.named("greet")
                    .summary("Greets somebody")
                    .input(${className}.Request.class)
                    .output(${className}.Answer.class)
                    .sideEffectFree()
                    .immediate()
                    .examples("{\"name\":\"Ada\"}")
                    .build()));

    private final Codec codec = new Codec();
    private final ${className} greeting = new ${className}();

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
        return CompletableFuture.completedFuture(answer(request));
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }

    private IntegrationResponse answer(IntegrationRequest request) {
        if (!request.capability().equals(CAPABILITY.id())
                || CAPABILITY.operation(request.operation()).isEmpty()) {
            return new IntegrationResponse.Declined("there is no such operation");
        }
        try {
            ${className}.Request asked = codec.read(request.data(), ${className}.Request.class);
            return new IntegrationResponse.Answered(codec.write(greeting.greet(asked)));
        } catch (Declination declined) {
            return new IntegrationResponse.Declined(declined.getMessage());
        }
    }
}
