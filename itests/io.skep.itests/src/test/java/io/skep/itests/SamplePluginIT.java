// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** A plugin that nobody prepared for: dropped into a running server, called, and taken away. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SamplePluginIT {
    private static final String CALL = "/api/v1/capabilities/sample_echo";
    private static final String HELLO = "{\"data\":{\"text\":\"hello\"}}";

    private final Instance instance = new Instance();

    @Configuration
    public Option[] configuration() {
        return Container.of("sampleplugin");
    }

    @Test
    public void pluginRegistration_mapsItsCapability_untilItGoes() throws Exception {
        Instance.eventually(() -> instance.get("/health/ready").statusCode(), status -> status == 200);
        assertEquals(503, instance.post(CALL, HELLO).statusCode());

        Path jar = drop();
        HttpResponse<String> answer = Instance.eventually(() -> instance.post(CALL, HELLO), a -> a.statusCode() == 200);
        assertTrue(answer.body(), answer.body().contains("\"success\":true"));
        capabilityExecution_overHttpAndShell();

        Files.delete(jar);
        Instance.eventually(() -> instance.post(CALL, HELLO).statusCode(), status -> status == 503);
        assertEquals(
                1,
                instance.shell("capability:call sample_echo '{\"text\":\"hello\"}'")
                        .status());
    }

    private Path drop() throws Exception {
        Path part = instance.base().resolve("sampleplugin.part");
        Files.copy(Path.of(System.getProperty("skep.sampleplugin")), part, StandardCopyOption.REPLACE_EXISTING);
        Path jar = instance.base().resolve("deploy/sampleplugin.jar");
        Files.createDirectories(jar.getParent());
        return Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private void capabilityExecution_overHttpAndShell() throws Exception {
        String body = instance.post(CALL, "{\"operation\":\"echo\",\"data\":{\"text\":\"hi\"}}")
                .body();
        assertTrue(body, body.contains("\"text\":\"hi\"") && body.contains("\"length\":2"));
        assertEquals(422, instance.post(CALL, "{\"data\":{}}").statusCode());

        Instance.Answer call = instance.shell("capability:call sample_echo '{\"text\":\"hello\"}'");
        assertTrue(call.text(), call.text().strip().startsWith("{\"text\":\"hello\",\"length\":5,"));
        assertEquals(0, call.status());
        assertEquals(1, instance.shell("capability:call sample_echo '{}'").status());
        assertTrue(instance.shell("capability:list").text().contains("sample_echo"));
        assertTrue(instance.shell("plugin:list --no-format").text().contains("sample\t"));
        assertTrue(instance.shell("plugin:health sample").text().contains("healthy"));
    }
}
