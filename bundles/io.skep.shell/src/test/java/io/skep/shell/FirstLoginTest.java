// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.spec.ECPoint;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstLoginTest {
    private static final String GROUP = "_g_\\:admingroup = group,admin,ssh";

    @TempDir
    Path etc;

    private Path keys;
    private Path privateKey;

    @BeforeEach
    void paths() {
        keys = etc.resolve(FirstLogin.PUBLIC_KEYS);
        privateKey = etc.resolve(FirstLogin.PRIVATE_KEY);
    }

    @Test
    void firstStart_makesALogin_besideWhatIsInTheFile() throws IOException {
        Files.writeString(keys, "# comment\n" + GROUP + "\n");
        new FirstLogin(etc);
        List<String> lines = Files.readAllLines(keys);
        assertThat(lines).hasSize(3).startsWith("# comment", GROUP);
        assertThat(lines.get(2)).matches("skep = [A-Za-z0-9+/]+=*,_g_:admingroup");
        assertThat(Files.readString(privateKey)).startsWith("-----BEGIN PRIVATE KEY-----\n");
    }

    @Test
    void keyThatKarafWouldNotKnowAgain_isNotMade() {
        BigInteger fine = BigInteger.ONE.shiftLeft(255);
        BigInteger nineOnes = BigInteger.valueOf(0b1_1111_1111).shiftLeft(247);
        assertThat(LoginKey.isUnderstood(new ECPoint(fine, fine))).isTrue();
        assertThat(LoginKey.isUnderstood(new ECPoint(nineOnes, fine))).isFalse();
        assertThat(LoginKey.isUnderstood(new ECPoint(fine, nineOnes))).isFalse();
    }

    @Test
    void bothFiles_areReadableByTheirOwnerAlone_andNothingElseIsLeft() throws IOException {
        Files.writeString(keys, GROUP);
        new FirstLogin(etc);
        for (Path file : List.of(keys, privateKey)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        try (Stream<Path> files = Files.list(etc)) {
            assertThat(files).containsExactlyInAnyOrder(keys, privateKey);
        }
    }

    @Test
    void missingKeysFile_isMadeWithItsGroup() throws IOException {
        new FirstLogin(etc);
        assertThat(Files.readAllLines(keys)).hasSize(2).first().asString().startsWith("_g_\\:admingroup");
    }

    @Test
    void namedUser_isLeftAlone() throws IOException {
        String content = GROUP + "\noperator = AAAA,_g_:admingroup\n";
        Files.writeString(keys, content);
        new FirstLogin(etc);
        assertThat(keys).hasContent(content);
        assertThat(privateKey).doesNotExist();
    }

    @Test
    void secondStart_keepsTheLoginOfTheFirst() throws IOException {
        new FirstLogin(etc);
        String first = Files.readString(keys) + Files.readString(privateKey);
        new FirstLogin(etc);
        assertThat(Files.readString(keys) + Files.readString(privateKey)).isEqualTo(first);
    }

    @Test
    void halfMadeLogin_ofACrash_isMadeAnew() throws IOException {
        Files.writeString(privateKey, "half");
        new FirstLogin(etc);
        assertThat(Files.readString(privateKey)).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(Files.readString(keys)).contains("\nskep = ");
    }

    @Test
    void keys_differEachTime_andAreWholeBlobs() {
        LoginKey one = LoginKey.create();
        assertThat(one.publicBase64()).isNotEqualTo(LoginKey.create().publicBase64());
        assertThat(one.toString()).doesNotContain("PRIVATE");
        for (int i = 0; i < 600; i++) { // 1 in 256 coordinates is shorter than its field
            ByteBuffer blob =
                    ByteBuffer.wrap(Base64.getDecoder().decode(LoginKey.create().publicBase64()));
            assertThat(blob.remaining()).isEqualTo(4 + 19 + 4 + 8 + 4 + 65);
        }
    }
}
