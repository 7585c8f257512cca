// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** The distribution as it comes out of its archive. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DistributionIT {
    private static final List<String> COMMANDS = List.of(
            "agent:drain",
            "agent:sleep",
            "agent:wake",
            "agent:list",
            "agent:register",
            "agent:remove",
            "agent:show",
            "capability:call",
            "capability:list",
            "flag:list",
            "flag:set",
            "node:drain",
            "node:list",
            "node:resume",
            "plugin:health",
            "plugin:list",
            "plugin:remove",
            "plugin:rollback",
            "plugin:show",
            "plugin:upgrade",
            "queue:list",
            "store:backup",
            "store:compact",
            "store:rebuild",
            "store:export",
            "store:import",
            "store:status",
            "task:answer",
            "task:bulk",
            "task:cancel",
            "task:list",
            "task:release",
            "task:route",
            "task:retry",
            "task:show",
            "task:submit",
            "task:tail",
            "task:why");

    private final Instance instance = new Instance();

    @Inject
    private BundleContext context;

    @Inject
    private ServiceComponentRuntime components;

    @Configuration
    public Option[] configuration() {
        return Container.of("distribution");
    }

    @Test
    public void everyBundle_isActive() throws Exception {
        Instance.eventually(this::notActive, List::isEmpty);
    }

    private List<String> notActive() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(bundle -> bundle.getSymbolicName() + " is in state " + bundle.getState())
                .toList();
    }

    @Test
    public void everyComponentOfOurs_isSatisfied() throws Exception {
        assertTrue(components.getComponentDescriptionDTOs().stream().anyMatch(DistributionIT::isOurs));
        Instance.eventually(this::unsatisfied, List::isEmpty);
    }

    private static boolean isOurs(ComponentDescriptionDTO component) {
        return component.name.startsWith("io.skep.");
    }

    /** The components that lack something, with what they lack; factories wait for their configuration and lack nothing. */
    private List<String> unsatisfied() {
        List<String> lacks = new ArrayList<>();
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO it : components.getComponentConfigurationDTOs(component)) {
                if (isOurs(component) && it.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                    for (UnsatisfiedReferenceDTO reference : it.unsatisfiedReferences) {
                        lacks.add(component.name + " lacks " + reference.name + " " + reference.target);
                    }
                } else if (isOurs(component) && it.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    lacks.add(component.name + " failed: " + it.failure);
                }
            }
        }
        return lacks;
    }

    @Test
    public void noConfigurationFile_isEmpty() throws Exception {
        try (Stream<Path> files = Files.list(instance.etc())) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().endsWith(".cfg"))
                            .filter(file -> file.toFile().length() == 0)
                            .toList());
        }
    }

    @Test
    public void health_isAnsweredWithoutAToken() throws Exception {
        assertEquals(200, instance.get("/health/live").statusCode());
        Instance.eventually(() -> instance.get("/health/ready").statusCode(), status -> status == 200);
    }

    @Test
    public void everythingElse_needsAToken() throws Exception {
        // The listener is there some moments before what it serves.
        int status = Instance.eventually(() -> instance.get("/api/v1/tasks").statusCode(), answer -> answer != 404);
        assertEquals(401, status);
    }

    @Test
    public void firstLogin_isOnlyItsOwners() throws Exception {
        for (String file : List.of("skep_login_key", "keys.properties", "host.key")) {
            assertEquals(
                    file,
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(instance.etc().resolve(file))));
        }
    }

    @Test
    public void noOtherLogin_isPossible() throws Exception {
        for (String user : List.of("karaf", "admin", "skep")) {
            assertEquals(
                    255,
                    instance.ssh(List.of(user + "@127.0.0.1", "bundle:list")).status());
        }
    }

    @Test
    public void everyCommand_helpsOverSsh() throws Exception {
        Instance.eventually(() -> instance.shell("task:list"), answer -> answer.status() == 0);
        for (String command : COMMANDS) {
            String help = instance.shell(command + " --help").text();
            assertTrue(command + " answered: " + help, help.contains("Examples:") && help.contains("  " + command));
        }
    }

    @Test
    public void wrongCommand_endsWithAStatusAndOneLine() throws Exception {
        Instance.eventually(() -> instance.shell("task:list"), answer -> answer.status() == 0);
        Instance.Answer answer = instance.shell("task:show nothing");
        assertEquals(answer.text(), 1, answer.status());
        assertEquals(answer.text(), 1, answer.text().strip().lines().count());
        assertTrue(answer.text(), answer.text().contains("no task nothing"));
    }
}
