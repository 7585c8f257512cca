// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.lang.reflect.Constructor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** The plugin as a bundle in a framework: what it imports is all that it needs besides what is in it. */
class BundleTest {
    private static final Pattern IMPORT =
            Pattern.compile("([a-z][\\w.]*)(?:;version=\"\\[([0-9.]+),[0-9]+\\)\")?(?:,|$)");

    @TempDir
    Path cache;

    /** What others export, offered by the framework in the oldest version that is wanted. */
    private static String offered(String imports) {
        return IMPORT.matcher(imports)
                .results()
                .filter(found -> found.group(2) != null)
                .map(found -> found.group(1) + ";version=" + found.group(2))
                .collect(Collectors.joining(","));
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(WorkflowPlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static String imports() throws Exception {
        try (var manifest = Files.newInputStream(classes().resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(manifest).getMainAttributes().getValue(Constants.IMPORT_PACKAGE);
        }
    }

    private Framework framework() throws Exception {
        Framework framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE, cache.toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, offered(imports()),
                        Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                                "osgi.extender;osgi.extender=osgi.component;version:Version=1.5.0"));
        framework.start();
        return framework;
    }

    private static OrchestrationPlugin plugin(Bundle bundle) throws Exception {
        Class<?> settings = bundle.loadClass("io.skep.plugin.workflow.base.Settings");
        Constructor<?> made =
                bundle.loadClass(WorkflowPlugin.class.getName()).getDeclaredConstructor(Clock.class, settings);
        made.setAccessible(true);
        return (OrchestrationPlugin)
                made.newInstance(Clock.systemUTC(), settings.getField("DEFAULT").get(null));
    }

    private static String ask(OrchestrationPlugin plugin, String capability, String data) throws Exception {
        IntegrationResponse response = plugin.process(new IntegrationRequest(capability, null, null, data))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        return response.toString();
    }

    @Test
    void asABundle_itHasAllThatItNeeds() throws Exception {
        Framework framework = framework();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            Bundle bundle = framework
                    .getBundleContext()
                    .installBundle("reference:" + classes().toUri());
            bundle.start();
            assertThat(bundle.getHeaders().get(Constants.EXPORT_PACKAGE)).isNull();
            OrchestrationPlugin plugin = plugin(bundle);
            thread.setContextClassLoader(plugin.getClass().getClassLoader());
            plugin.initialize(new FakeOrchestrator()).toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(ask(plugin, "slash_commands", "{\"text\":\"/help\"}")).contains("/analyze");
            assertThat(ask(plugin, "extended_thinking", "{}")).contains("\"thinking_insights\":{\"depth\":\"none\"");
            String checks = "[{\"kind\":\"schema\",\"schema\":{\"properties\":{\"a\":{\"$ref\":\"#/$defs/x\"}},"
                    + "\"$defs\":{\"x\":{\"enum\":[\"b\"],\"pattern\":\"^b$\",\"format\":\"date-time\"}}}},"
                    + "{\"kind\":\"pattern\",\"pattern\":\"b+\"}]";
            for (String result : Arrays.asList("{\"a\":\"b\"}", "{\"a\":\"c\"}")) {
                assertThat(ask(plugin, "quality_gates", "{\"checks\":" + checks + ",\"result\":" + result + "}"))
                        .contains(result.contains("b") ? "\"verdict\":\"pass\"" : "\"verdict\":\"fail\"");
            }
            ((AutoCloseable) plugin).close();
        } finally {
            thread.setContextClassLoader(before);
            framework.stop();
            framework.waitForStop(10_000);
        }
    }
}
