// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./skep doctor} says of an instance directory that was unpacked, whatever it says of the machine. */
class DoctorTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path SHIPPED = ROOT.resolve("karaf-assembly/src/main/resources/etc");

    @TempDir
    Path home;

    private Path etc;
    private Path store;

    /** What it says, and how it ends. */
    private record Word(int status, List<String> lines) {
        List<String> open() {
            return lines.stream().filter(line -> line.startsWith("OPEN ")).toList();
        }

        boolean hasProblem() {
            return lines.stream().anyMatch(line -> line.startsWith("PROBLEM "));
        }
    }

    /** An instance as it is after its first start, and with nothing open. */
    @BeforeEach
    void unpack() throws IOException {
        mode(home, "rwxr-xr-x");
        etc = folder(home.resolve("karaf/etc"));
        store = folder(home.resolve("store"));
        folder(store.resolve("security/keys"));
        for (String name : List.of("custom.properties", "users.properties", "keys.properties", "io.skep.core.cfg")) {
            Files.copy(SHIPPED.resolve(name), etc.resolve(name));
        }
        mode(etc.resolve("keys.properties"), "rw-------");
        write(etc.resolve("io.skep.core.cfg"), "auth = required\n");
        write(etc.resolve("skep_login_key"), "key");
        write(store.resolve("admin.token"), "token");
        write(store.resolve("security/keys/audit.key"), "key");
    }

    /** One that others may come to, whatever this process makes by default. */
    private static Path folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            folder(folder.getParent());
            Files.createDirectory(folder);
            mode(folder, "rwxr-xr-x");
        }
        return folder;
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        mode(file, "rw-------");
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Word doctor() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(ROOT.resolve("skep").toString(), "doctor");
        builder.environment().put("SKEP_HOME", home.toString());
        builder.environment().put("SKEP_HTTP_PORT", String.valueOf(SkepServer.freePort()));
        builder.environment().put("SKEP_SSH_PORT", String.valueOf(SkepServer.freePort()));
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Word(process.exitValue(), lines);
    }

    private void assertOpen(String... words) throws IOException, InterruptedException {
        Word word = doctor();
        assertThat(word.open()).as("%s", word).hasSize(words.length);
        for (int i = 0; i < words.length; i++) {
            assertThat(word.open().get(i)).contains(words[i]);
        }
        boolean isWell = words.length == 0 && !word.hasProblem();
        assertThat(word.status()).as("%s", word).isEqualTo(isWell ? 0 : 1);
    }

    @Test
    void instanceThatDemandsThePolicy_hasNothingOpen() throws Exception {
        assertOpen();
    }

    @Test
    void directoryWithoutAServer_hasNothingOpen() throws Exception {
        home = home.resolve("fresh");
        assertOpen();
    }

    @Test
    void shippedConfiguration_leavesItToCoreWhoComesIn() throws Exception {
        Files.delete(etc.resolve("io.skep.core.cfg"));
        Files.copy(SHIPPED.resolve("io.skep.core.cfg"), etc.resolve("io.skep.core.cfg"));
        assertOpen("auth = local");
    }

    @Test
    void listenerBeyondThisMachine_isOpen() throws Exception {
        Path http = etc.resolve("org.apache.felix.http.cfg");
        write(http, "# org.apache.felix.http.host = 127.0.0.1\norg.apache.felix.http.host = 0.0.0.0\n");
        assertOpen("HTTP on 0.0.0.0 is without TLS");
        write(etc.resolve("io.skep.core.cfg"), "#auth = required\nauth=local\n");
        assertOpen("auth = local", "HTTP listens on 0.0.0.0 without auth = required", "without TLS");
        write(etc.resolve("io.skep.core.cfg"), "auth = required\n");
        write(http, "org.apache.felix.http.host = 10.0.0.7\norg.apache.felix.http.enable = false\n");
        assertOpen();
        write(http, "org.apache.felix.http.host = localhost\n");
        assertOpen();
        Files.delete(http);
        Files.delete(etc.resolve("custom.properties"));
        assertOpen("HTTP on every address is without TLS");
    }

    @Test
    void listenerByTls_isOpen_whereOthersComeWithoutThePolicy() throws Exception {
        Path tls = etc.resolve("io.skep.http.tls.cfg");
        write(home.resolve("tls.key"), "key");
        write(tls, "port = 8443\nkey = " + home.resolve("tls.key") + "\n");
        assertOpen();
        write(tls, "port = 8443\nhost = 0.0.0.0\nkey = " + home.resolve("tls.key") + "\n");
        assertOpen();
        write(etc.resolve("io.skep.core.cfg"), "auth = local\n");
        assertOpen("auth = local", "HTTP by TLS listens on 0.0.0.0 without auth = required");
        write(etc.resolve("io.skep.core.cfg"), "auth = required\n");
        mode(home.resolve("tls.key"), "rw-r--r--");
        assertOpen("tls.key can be read");
    }

    @Test
    void secretsThatOthersCanRead_areOpen() throws Exception {
        mode(store.resolve("admin.token"), "rw-r--r--");
        mode(etc.resolve("skep_login_key"), "rw-r-----");
        mode(store.resolve("security/keys/audit.key"), "rw----r--");
        assertOpen("skep_login_key can be read", "admin.token can be read", "audit.key can be read");
        mode(store, "rwx------");
        assertOpen("skep_login_key can be read");
        mode(home, "rwx------");
        assertOpen();
    }

    @Test
    void firstKeyOfTheAdministrator_isOpen_whileItLies() throws Exception {
        write(store.resolve("security/keys/admin.key"), "key");
        assertOpen("admin.key");
        Path elsewhere = home.resolve("kept apart");
        Files.move(store.resolve("security"), elsewhere);
        assertOpen();
        write(etc.resolve("io.skep.plugin.security.cfg"), "directory = " + elsewhere + "\n");
        assertOpen("admin.key");
    }

    @Test
    void passwordThatEverybodyKnows_isOpen() throws Exception {
        write(etc.resolve("users.properties"), "# karaf = karaf\nkaraf = karaf,_g_:admingroup\n");
        assertOpen("the user karaf");
        write(etc.resolve("users.properties"), "ada = a long one,viewer,ssh\n");
        assertOpen();
        mode(etc.resolve("users.properties"), "rw-r--r--");
        assertOpen("users.properties can be read");
    }
}
