// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NoteTest {
    /** The example of the signed note format, whose authors published key and note. */
    private static final String PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String PUBLISHED_TEXT = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;

    private static final String PUBLISHED_NOTE = PUBLISHED_TEXT
            + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
            + "BwJnAM=\n";

    @TempDir
    Path home;

    @Test
    void publishedNote_isSignedByThePublishedKey() {
        VerifyingKey key = VerifyingKey.parse(PUBLISHED_KEY);
        assertThat(key.name()).isEqualTo("PeterNeumann");
        assertThat(key.encoded()).isEqualTo(PUBLISHED_KEY);
        assertThat(Note.open(PUBLISHED_NOTE, key)).isEqualTo(PUBLISHED_TEXT);
        assertThat(Note.open(PUBLISHED_NOTE.replace("don't", "do"), key)).isNull();
    }

    @Test
    void signedText_isOpenedByItsKeyOnly_alsoAmongOtherSignatures() {
        SigningKey key = SigningKey.generate("a/b");
        SigningKey other = SigningKey.generate("a/b");
        SigningKey third = SigningKey.generate("c");
        String note = key.sign("text\n\nmore\n");
        // The text ends at the first empty line that a signature follows.
        assertThat(Note.open(note, key.verifyingKey())).isEqualTo("text\n\nmore\n");
        assertThat(Note.open(note, other.verifyingKey())).isNull();
        assertThat(Note.open(note, third.verifyingKey())).isNull();
        String signature = other.sign("text\n\nmore\n").substring("text\n\nmore\n\n".length());
        assertThat(Note.open(note + signature, key.verifyingKey())).isNotNull();
        assertThat(Note.open(note + signature, other.verifyingKey())).isNotNull();
        assertThat(Note.open(note + signature, third.verifyingKey())).isNull();
    }

    @Test
    void whatIsNoNote_isNotOpened() {
        SigningKey key = SigningKey.generate("a");
        String note = key.sign("text\n");
        for (String wrong : List.of(
                "",
                "text\n",
                "text\n\n",
                note.strip(),
                note.replace("\u2014", "--"),
                note.replace("a ", "a  "),
                note.replace("\u2014 a ", "\u2014 a AAAA"),
                "text\n\n\u2014 a AAAA\n",
                "text\n\n\u2014 a !\n",
                "text\n\n\u2014 a "
                        + Base64.getEncoder()
                                .encodeToString(
                                        Note.id("a", Note.raw(key.verifyingKey().key()))) + "\n")) {
            assertThat(Note.open(wrong, key.verifyingKey())).as(wrong).isNull();
        }
    }

    @Test
    void whatIsNoKey_isRefused() {
        String right = SigningKey.generate("a").verifyingKey().encoded();
        assertThat(VerifyingKey.parse(right + "\n").encoded()).isEqualTo(right);
        String[] parts = right.split("\\+", 3);
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        typed[0] = 4;
        for (String wrong : List.of(
                "",
                "a",
                "a+b",
                "a+b+c",
                "b+" + parts[1] + '+' + parts[2],
                "a+00000000+" + parts[2],
                "a+" + parts[1] + "+!",
                "a+" + parts[1] + '+',
                "a+" + parts[1] + '+' + parts[2].substring(4),
                "a+" + parts[1] + '+' + Base64.getEncoder().encodeToString(typed))) {
            assertThatThrownBy(() -> VerifyingKey.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void checkpoint_hasTheFormOfTheSpecification() {
        Checkpoint checkpoint = new Checkpoint("log", 7, 3, new byte[32], "ab".repeat(32), null);
        String text = "log/00000000000000000007\n3\n" + "A".repeat(43) + "=\nchain 9 " + "ab".repeat(32) + "\n";
        assertThat(checkpoint.text()).isEqualTo(text);
        Checkpoint closed = new Checkpoint("log", 7, 3, new byte[32], "ab".repeat(32), "cd".repeat(32));
        assertThat(closed.text()).isEqualTo(text + "closed " + "cd".repeat(32) + "\n");
        assertThat(closed.fileName()).isEqualTo("00000000000000000007-00000000000000000003.checkpoint");
        SigningKey key = SigningKey.generate("log");
        Checkpoint read = Checkpoint.open(key.sign(closed.text()), key.verifyingKey());
        assertThat(read.text()).isEqualTo(closed.text());
        assertThat(Checkpoint.open(key.sign(text), key.verifyingKey()).closed()).isNull();
        for (String wrong : List.of(
                text.replace("log/", "lag/"),
                text.replace("\n3\n", "\n03\n"),
                text.replace("chain 9", "chain 8"),
                text.replace("chain 9", "chain 09"),
                text.replace("=", ""),
                text + "more\n",
                "x\n")) {
            assertThat(Checkpoint.open(key.sign(wrong), key.verifyingKey()))
                    .as(wrong)
                    .isNull();
        }
    }

    @Test
    void keyFile_isMadeOnce_andReadAgain() throws IOException {
        Path file = home.resolve("secret/audit.key");
        SigningKey made = SigningKey.at(file, "log");
        SigningKey read = SigningKey.at(file, "log");
        assertThat(read.verifyingKey()).isEqualTo(made.verifyingKey());
        assertThat(Note.open(read.sign("x\n"), made.verifyingKey())).isEqualTo("x\n");
        assertThat(VerifyingKey.parse(Files.readAllLines(file).get(0))).isEqualTo(made.verifyingKey());
        assertThatThrownBy(() -> SigningKey.at(file, "other"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not of other");
        for (String wrong : List.of("", "x\n", made.verifyingKey().encoded() + "\nAAAA\n", "x\ny\n")) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> SigningKey.at(file, "log"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no signing key");
        }
        for (String name : List.of("", "a b", "a+b", "a\n", "x".repeat(129))) {
            assertThatThrownBy(() -> SigningKey.generate(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keyFile_isItsOwnersAlone() throws IOException {
        Path file = home.resolve("audit.key");
        SigningKey.at(file, "log");
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }
}
