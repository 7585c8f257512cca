// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.testkit.Certificates;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerKeysTest {
    @TempDir
    static Path directory;

    private static Certificates certificates;
    private static Instant now;

    @BeforeAll
    static void make() {
        certificates = new Certificates(directory)
                .makeAuthority("authority")
                .makeSigned("server", "authority")
                .makeOf("rsa", "RSA")
                .makeOf("ed25519", "Ed25519")
                .makeOf("dsa", "DSA");
        now = Instant.now();
    }

    private static void assertRefused(String certificate, String key, String words) {
        assertThatThrownBy(() -> ServerKeys.of(new KeyFiles(certificate, key, null), now))
                .isInstanceOf(BadKeysException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "rsa", "ed25519"})
    void keyOfEachKind_serves(String name) throws BadKeysException {
        ServerKeys keys = ServerKeys.of(new KeyFiles(certificates.chain(name), certificates.key(name), null), now);
        assertThat(keys.subject()).isEqualTo("CN=" + name);
        assertThat(keys.end()).isAfter(now);
        assertThat(keys.context()).isNotNull();
    }

    @Test
    void certificateAndKey_mayBeInOneFile_withWordsBetween() throws BadKeysException {
        String both = "words\n" + certificates.key("server") + "subject=CN=server\n" + certificates.chain("server");
        assertThat(ServerKeys.of(new KeyFiles(both, both, null), now).subject()).isEqualTo("CN=server");
    }

    @Test
    void keyOfAnotherKind_isNamed() {
        String chain = certificates.chain("server");
        assertRefused(chain, certificates.key("rsa"), "the file of key has no EC key, as the certificate needs");
        assertRefused(
                chain,
                certificates.key("server").replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
                "a key of the form \"ENCRYPTED PRIVATE KEY\"; it must be PKCS #8 without a password");
        assertRefused(certificates.chain("dsa"), certificates.key("dsa"), "keys of the kind DSA are not supported");
    }

    @Test
    void certificatesInDisorder_areNamed() {
        String other = certificates.chain("rsa");
        assertRefused(
                certificates.chain("server") + other,
                certificates.key("server"),
                "the certificates are not in order, each before that of its issuer: CN=authority is not signed by CN=rsa");
    }

    @Test
    void damagedText_isNamed() {
        String damaged = certificates.chain("server").replaceFirst("MII", "AAA");
        assertRefused(damaged, certificates.key("server"), "has a certificate that cannot be read");
        assertThatThrownBy(() -> ServerKeys.of(
                        new KeyFiles(certificates.chain("server"), certificates.key("server"), "none"), now))
                .hasMessage("the file of client.ca has no certificate in PEM");
    }

    @Test
    void keyFiles_doNotTellTheirSecret() {
        assertThat(new KeyFiles("c", "secret", null).toString()).doesNotContain("secret");
    }
}
