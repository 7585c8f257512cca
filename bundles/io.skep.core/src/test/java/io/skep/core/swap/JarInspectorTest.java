// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skep.api.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarInspectorTest {
    private static final String XML = "OSGI-INF/io.skep.plugin.sample.Sample.xml";

    @TempDir
    private Path directory;

    private Path file;

    private Path write(Jars jar) {
        file = jar.to(directory.resolve("plugin.jar"));
        return file;
    }

    private String refusal(Path jar) {
        Refusal refused = catchThrowableOfType(Refusal.class, () -> JarInspector.inspect(jar));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(Refusal.Reason.INVALID);
        assertThat(refused.field()).contains("jar");
        return refused.getMessage();
    }

    private String refusal(Jars jar) {
        return refusal(write(jar));
    }

    private static Jars good() {
        return Jars.plugin("sample", "1.2.3");
    }

    private static Jars component(String xml) {
        return good().without(JarInspector.NAME_HEADER)
                .header("Service-Component", XML)
                .entry(XML, xml);
    }

    private static String xml(String property, String service) {
        return "<?xml version=\"1.0\"?><scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\"x\">"
                + property + "<service><provide interface=\"" + service + "\"/></service></scr:component>";
    }

    @Test
    void plugin_isKnownByItsHeader() throws IOException {
        PluginJar jar = JarInspector.inspect(write(good().header(
                        "Import-Package",
                        "io.skep.api.plugin;version=\"[1.0,2)\",io.skep.api.task,org.slf4j;version=\"[1,2)\"")
                .entry("a/B.class", "code")));

        assertThat(jar.plugin()).isEqualTo("sample");
        assertThat(jar.build().symbolicName()).isEqualTo("bundle.sample");
        assertThat(jar.build().version()).isEqualTo("1.2.3");
        assertThat(jar.build().sha256()).isEqualTo(JarStore.sha256(file)).hasSize(64);
        assertThat(jar.imports())
                .containsExactly(
                        new PluginJar.Import("io.skep.api.plugin", "[1.0,2)"),
                        new PluginJar.Import("io.skep.api.task", "0"));
        assertThat(JarInspector.isPlugin(file)).isTrue();
    }

    @Test
    void plugin_isKnownByItsComponent() {
        for (String property : new String[] {
            "<property name=\"plugin.name\" value=\"sample\"/>",
            "<property name=\"plugin.name\" type=\"String\">\n  sample\n</property>"
        }) {
            PluginJar jar = JarInspector.inspect(write(component(xml(property, ComponentXml.SERVICE))));

            assertThat(jar.plugin()).isEqualTo("sample");
            assertThat(JarInspector.isPlugin(file)).isTrue();
        }
    }

    @Test
    void versionWithoutItsZeros_isTheSame() {
        assertThat(JarInspector.inspect(write(good().header("Bundle-Version", "2")))
                        .build()
                        .version())
                .isEqualTo("2.0.0");
        assertThat(JarInspector.inspect(write(good().without("Bundle-Version")))
                        .build()
                        .version())
                .isEqualTo("0.0.0");
    }

    @Test
    void symbolicName_hasNoDirectives() {
        assertThat(JarInspector.inspect(write(good().header("Bundle-SymbolicName", "a.b;singleton:=true")))
                        .build()
                        .symbolicName())
                .isEqualTo("a.b");
    }

    @Test
    void fileThatIsNoJar_isRefused() throws IOException {
        Path text = Files.writeString(directory.resolve("text.jar"), "not a jar");
        assertThat(refusal(text)).startsWith("it is no jar, or not all of one: ");
        assertThat(refusal(Files.createFile(directory.resolve("empty.jar")))).startsWith("it is no jar");
        assertThat(refusal(directory.resolve("absent.jar"))).startsWith("it cannot be read: ");
        assertThat(JarInspector.isPlugin(text)).isFalse();
        assertThat(JarInspector.isPlugin(directory)).isFalse();
        assertThat(JarInspector.isPlugin(directory.resolve("absent.jar"))).isFalse();
    }

    @Test
    void truncatedJar_isRefused_whereverItIsCut() throws IOException {
        byte[] content = new byte[20_000];
        new java.util.Random(1).nextBytes(content);
        byte[] whole = Files.readAllBytes(write(good().entry("data", content)));
        for (int length = 0; length < whole.length; length += 997) {
            Path part = Files.write(directory.resolve("part.jar"), Arrays.copyOf(whole, length));

            assertThat(refusal(part)).as("%s of %s bytes", length, whole.length).isNotBlank();
        }
    }

    @Test
    void damagedContent_isRefused() throws IOException {
        byte[] content = new byte[20_000];
        new java.util.Random(1).nextBytes(content);
        byte[] whole = Files.readAllBytes(write(good().entry("data", content)));
        Arrays.fill(whole, 10_000, 10_100, (byte) 7);

        assertThat(refusal(Files.write(directory.resolve("damaged.jar"), whole)))
                .isEqualTo("its entry data is damaged");
    }

    @Test
    void jarWithTooManyEntries_isRefused() {
        Path jar = write(good().entry("a", "").entry("b", ""));

        assertThat(JarInspector.inspect(jar, 3, 1000)).isNotNull();
        assertThatThrownBy(() -> JarInspector.inspect(jar, 2, 1000))
                .isInstanceOf(Refusal.class)
                .hasMessage("it has more than 2 entries");
    }

    @Test
    void jarThatBlowsUp_isRefused() throws IOException {
        byte[] zeros = new byte[10 << 20];
        Path jar = write(good().entry("zeros", zeros).entry("more", zeros));

        assertThat(Files.size(jar)).isLessThan(100_000);
        assertThat(JarInspector.inspect(jar, 10, 21 << 20)).isNotNull();
        for (int limit : new int[] {1000, 5 << 20, 15 << 20, 20 << 20}) {
            assertThatThrownBy(() -> JarInspector.inspect(jar, 10, limit))
                    .isInstanceOf(Refusal.class)
                    .hasMessage("unpacked it has more than " + limit + " bytes");
        }
    }

    @Test
    void jarWithoutABundle_isRefused() {
        assertThat(refusal(good().without("Bundle-SymbolicName")))
                .isEqualTo("it is no bundle: its manifest has no Bundle-SymbolicName");
        assertThat(refusal(Jars.empty())).startsWith("it is no bundle");
    }

    @Test
    void bundleWithoutAPlugin_isRefused() {
        String reason = "the bundle bundle.sample has no plugin: none of its components provides "
                + "io.skep.api.plugin.OrchestrationPlugin";
        assertThat(refusal(good().without(JarInspector.NAME_HEADER))).isEqualTo(reason);
        assertThat(refusal(good().header(JarInspector.NAME_HEADER, " "))).isEqualTo(reason);
        assertThat(refusal(component(xml("", "java.lang.Runnable")))).isEqualTo(reason);
        assertThat(JarInspector.isPlugin(file)).isFalse();
        assertThat(refusal(good().without(JarInspector.NAME_HEADER).header("Service-Component", "missing.xml")))
                .isEqualTo(reason);
    }

    @Test
    void componentThatCannotBeRead_isRefused() {
        assertThat(refusal(component("<component><unfinished")))
                .startsWith("the description of one of its components cannot be read: ");
        assertThat(JarInspector.isPlugin(file)).isFalse();
    }

    @Test
    void entitiesOfAComponent_areNotFollowed() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        String evil = "<!DOCTYPE c [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>"
                + xml("<property name=\"plugin.name\">&e;</property>", ComponentXml.SERVICE)
                        .substring(21);

        assertThat(refusal(component(evil))).startsWith("the description of one of its components");
    }

    @Test
    void exportedPackages_areRefused() {
        assertThat(refusal(good().header("Export-Package", "a.b;version=1,c.d")))
                .isEqualTo("it exports packages (a.b): others could then hold on to it, and it could not be swapped");
    }

    @Test
    void optionalImports_areRefused() {
        assertThat(refusal(good().header("Import-Package", "a.b,c.d;resolution:=optional")))
                .startsWith("it imports c.d optionally: ");
    }

    @Test
    void wrongVersion_isRefused() {
        assertThat(refusal(good().header("Bundle-Version", "1.x"))).isEqualTo("its Bundle-Version 1.x is none");
    }
}
