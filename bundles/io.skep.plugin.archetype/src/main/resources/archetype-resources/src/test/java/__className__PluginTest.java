package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import org.junit.jupiter.api.Test;

/** What is in the contract is what a swap relies on: it holds for every plugin. */
class ${className}PluginTest extends OrchestrationPluginContract {
    @Override
    protected OrchestrationPlugin create() {
        return new ${className}Plugin();
    }

    @Test
    void greeting_namesWhoIsMeant() {
        assertThat(new ${className}().greet(new ${className}.Request("Ada")).text()).isEqualTo("Hello, Ada");
    }
}
