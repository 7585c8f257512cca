// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedTest {
    private static final String APACHE = "https://www.apache.org/licenses/LICENSE-2.0.txt";
    private static final String KNOWN = """
            licence\torg.quiet:*\tMIT
            group\tnameless\torg.quiet
            text\torg.quiet:nameless\tmit.txt
            contains\torg.example:host\torg.inner:inner\tinner.properties#v\tApache-2.0
            """;

    @TempDir
    private Path distribution;

    private void put(String where, Jars jar) throws IOException {
        Path file = distribution.resolve(where);
        Files.createDirectories(file.getParent());
        Files.write(file, jar.bytes());
    }

    private List<Part> parts() throws IOException {
        return new Parts(Known.of(KNOWN)).of(distribution);
    }

    @Test
    void jarInTheRepository_isNamedByItsPath() throws IOException {
        put(
                "system/org/example/thing/1.2/thing-1.2.jar",
                Jars.jar().licence(APACHE).with("META-INF/NOTICE", "x"));
        Part part = parts().get(0);
        assertThat(part.name()).isEqualTo(new Part.Name("org.example", "thing", "1.2"));
        assertThat(part.licence()).isEqualTo("Apache-2.0");
        assertThat(part.texts()).containsExactly("META-INF/NOTICE");
        assertThat(part.sha256()).hasSize(64);
    }

    @Test
    void jarElsewhere_isNamedByWhatMavenLeft_orByTheList() throws IOException {
        put("lib/a-1.2.1-3.jar", Jars.jar().licence(APACHE).maven("org.a", "a-1.2.1", "3"));
        put("lib/nameless-4.jar", Jars.jar());
        assertThat(parts())
                .extracting(part -> part.name().toString())
                .containsExactly("org.a:a-1.2.1:3", "org.quiet:nameless:4");
    }

    @Test
    void jarsWithinAJar_andClassesOfOthers_areItsParts() throws IOException {
        put(
                "system/org/example/host/1/host-1.jar",
                Jars.jar()
                        .licence(APACHE)
                        .maven("org.example", "host", "1")
                        .maven("org.quiet", "shaded", "7")
                        .with("inner.properties", "v=8")
                        .with("nameless-4.jar", Jars.jar().bytes()));
        assertThat(parts().get(0).parts())
                .extracting(part -> part.name() + " " + part.licence())
                .containsExactly("org.inner:inner:8 Apache-2.0", "org.quiet:nameless:4 MIT", "org.quiet:shaded:7 MIT");
    }

    @Test
    void licenceThatNobodyKnows_isRefused() throws IOException {
        put("system/org/example/thing/1.2/thing-1.2.jar", Jars.jar().licence("as you like"));
        assertThatThrownBy(this::parts)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "org.example:thing:1.2 in system/org/example/thing/1.2/thing-1.2.jar says no licence");
    }

    @Test
    void licenceWhoseTextIsNowhere_isRefused() throws IOException {
        put("lib/x-1.jar", Jars.jar().maven("org.quiet", "x", "1"));
        List<Part> parts = parts();
        assertThatThrownBy(() -> ThirdParty.of(Known.of(KNOWN), parts))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("org.quiet:x:1 has no text of its licence, MIT");
    }

    @Test
    void versionThatAHostDoesNotSay_isRefused() throws IOException {
        put("system/org/example/host/1/host-1.jar", Jars.jar().licence(APACHE));
        assertThatThrownBy(this::parts).isInstanceOf(IOException.class).hasMessageContaining("inner.properties#v");
    }

    @Test
    void thirdParties_areListedWithPlaceAndText_oursAreNot() throws IOException {
        put(
                "system/io/skep/io.skep.x/1/io.skep.x-1.jar",
                Jars.jar().licence(APACHE).with("nameless-4.jar", Jars.jar().bytes()));
        assertThat(ThirdParty.of(Known.of(KNOWN), parts()))
                .contains("""

                        org.quiet:nameless:4
                          licence: MIT
                          in: system/io/skep/io.skep.x/1/io.skep.x-1.jar, as nameless-4.jar
                          text: below, mit.txt
                        """, "Permission is hereby granted")
                .doesNotContain("io.skep:io.skep.x");
    }

    @Test
    void bill_isCycloneDx_andTheSameEachTime() throws IOException {
        put("system/org/example/thing/1.2/thing-1.2.jar", Jars.jar().licence(APACHE));
        String bill = BillOfMaterials.of("1.0.0", "2026-01-01T00:00:00Z", parts());
        assertThat(BillOfMaterials.of("1.0.0", "2026-01-01T00:00:00Z", parts())).isEqualTo(bill);
        JsonNode json = JsonMapper.builder().build().readTree(bill);
        assertThat(json.at("/bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(json.at("/metadata/component/version").asText()).isEqualTo("1.0.0");
        assertThat(json.at("/components/0/purl").asText()).isEqualTo("pkg:maven/org.example/thing@1.2");
        assertThat(json.at("/components/0/licenses/0/license/id").asText()).isEqualTo("Apache-2.0");
        assertThat(json.at("/components/0/hashes/0/content").asText())
                .isEqualTo(parts().get(0).sha256());
    }

    @Test
    void ourOwnList_isRead() throws IOException {
        assertThat(Known.read().licence(new Part.Name("org.bouncycastle", "bcprov-jdk18on", "1")))
                .isEqualTo("MIT");
        assertThat(Known.read().contents(new Part.Name("io.skep", "io.skep.embedding", "1")))
                .allSatisfy(content -> assertThat(content.version()).matches("=\\d.*"));
    }
}
