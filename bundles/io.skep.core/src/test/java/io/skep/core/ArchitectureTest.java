// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.skep.api.plugin.OrchestrationPlugin;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.skep.core");

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.skep.core.(*)..").should().beFreeOfCycles().check(CORE);
        noClasses()
                .that()
                .resideInAPackage("io.skep.core.(*)..")
                .and()
                .resideOutsideOfPackage("io.skep.core")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(Skep.class.getName())
                .check(CORE);
    }

    @Test
    void logic_knowsNothingOfOsgi() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Core.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(CoreConfig.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(CapabilityServices.class.getName())
                .and()
                .resideOutsideOfPackage("io.skep.core.swap")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.osgi..")
                .check(CORE);
    }

    @Test
    void swaps_knowOfTheFrameworkOnlyWhatBundlesSay() {
        noClasses()
                .that()
                .resideInAPackage("io.skep.core.swap")
                .and()
                .haveSimpleNameNotEndingWith("FrameworkBundles")
                .and()
                .haveSimpleNameNotEndingWith("PluginTracking")
                .and()
                .haveSimpleNameNotEndingWith("PluginHost")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.osgi.framework.Bundle")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.osgi.framework.BundleContext")
                .check(CORE);
    }

    @Test
    void calls_knowNothingOfSwaps() {
        noClasses()
                .that()
                .resideInAPackage("io.skep.core.plugin")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.skep.core.swap", "io.skep.core.flags", "io.skep.core.engine", "io.skep.core.service")
                .check(CORE);
    }

    /** Elsewhere it would run without the plugin's share of threads, its class loader and the broad catch. */
    @Test
    void plugins_areCalledInFewPlaces() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.skep.core.plugin.PluginCalls")
                .and()
                .doNotHaveFullyQualifiedName("io.skep.core.plugin.PluginWork")
                .and()
                .doNotHaveFullyQualifiedName("io.skep.core.swap.Preparation")
                .should()
                .callMethodWhere(target(owner(assignableTo(OrchestrationPlugin.class))))
                .check(CORE);
    }

    @Test
    void ownCode_usesTheApiAndNoOtherBundle() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.skep.store..", "io.skep.http..", "io.skep.shell..", "io.skep.agent..", "io.skep.testkit..")
                .check(CORE);
    }

    @Test
    void stateCodecAndDispatch_needNoStoreAndNoEngine() {
        noClasses()
                .that()
                .resideInAnyPackage("io.skep.core.state..", "io.skep.core.dispatch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.skep.core.engine..", "io.skep.core.service..", "io.skep.api.store..", "org.slf4j..")
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("io.skep.core.codec..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.skep.core.engine..", "io.skep.core.service..", "io.skep.core.dispatch..")
                .check(CORE);
    }

    @Test
    void time_comesFromAClockThatIsGiven() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Skep.class.getName())
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.Clock.class, "systemUTC")
                .check(CORE);
    }

    @Test
    void records_andUtilities_areFinal() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotAnonymousClasses()
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                .check(CORE);
    }
}
