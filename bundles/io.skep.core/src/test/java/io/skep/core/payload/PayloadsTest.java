// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import static io.skep.core.payload.Loads.bytes;
import static io.skep.core.payload.Loads.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import io.skep.api.payload.PayloadService;
import io.skep.api.payload.PayloadUpload;
import io.skep.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {
    private static final int MAX = 1 << 20;

    @TempDir
    Path store;

    private final ManualClock clock = new ManualClock();

    private Payloads open(long totalBytes, long minFreeBytes) throws IOException {
        PayloadSettings settings = new PayloadSettings(MAX, totalBytes, minFreeBytes, Duration.ofHours(1));
        return new Payloads(store.resolve("payloads"), settings, clock, Runnable::run);
    }

    private Payloads open() throws IOException {
        return open(0, 0);
    }

    private static byte[] read(Payloads payloads, Payload payload) throws IOException {
        try (InputStream in = payloads.open(payload.sha256())) {
            return in.readAllBytes();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(Files::isRegularFile).map(store::relativize).toList();
        }
    }

    private static void assertRefused(ThrowingCallable call, Refusal.Reason reason, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000, MAX})
    void payload_isAFileNamedByItsHash_andComesBackAsItIs(int length) throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(length));
        assertThat(payload.bytes()).isEqualTo(length);
        String hash = payload.sha256();
        assertThat(files()).containsExactly(Path.of("payloads", hash.substring(0, 2), hash));
        assertThat(read(payloads, payload)).isEqualTo(bytes(length));
        assertThat(payloads.find(hash)).isEqualTo(payload);
        assertThat(payloads.verify(payload)).isReadable().hasBinaryContent(bytes(length));
        assertThat(payloads.verify(payload).toFile().canWrite() && !isRoot()).isFalse();
    }

    /** Who is root may write everything. */
    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Test
    void emptyPayload_hasTheHashOfNothing() throws IOException {
        assertThat(store(open(), new byte[0]).sha256()).startsWith("e3b0c44298fc1c149afbf4c8996fb924");
    }

    @Test
    void singleBytes_areReadToo() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, new byte[] {1, -1});
        try (InputStream in = payloads.open(payload.sha256())) {
            assertThat(List.of(in.read(), in.read(), in.read())).containsExactly(1, 255, -1);
            assertThat(in.read(new byte[0])).isZero();
        }
    }

    @Test
    void sameContent_isOnePayload_andMendsADamagedFile() throws IOException {
        Payloads payloads = open();
        Payload first = store(payloads, bytes(1000));
        Path file = payloads.verify(first);
        damage(file);
        assertThat(store(payloads, bytes(1000))).isEqualTo(first);
        assertThat(payloads.verify(first)).isEqualTo(file);
        assertThat(files()).hasSize(1);
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[0]++;
        Files.delete(file);
        Files.write(file, bytes);
    }

    @Test
    void changedFile_isFoundByItsHash_andItsLastBytesAreNotGiven() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(100_000));
        damage(payloads.verify(payload));
        assertThatThrownBy(() -> payloads.verify(payload))
                .isInstanceOf(PayloadLostException.class)
                .hasMessage("payload " + payload.name() + " is changed");
        ByteArrayOutputStream given = new ByteArrayOutputStream();
        assertThatThrownBy(() -> payloads.open(payload.sha256()).transferTo(given))
                .isInstanceOf(PayloadLostException.class);
        assertThat(given.size()).isLessThan(100_000);
    }

    @Test
    void truncatedFile_isChanged_andOneThatShrinksMeanwhileToo() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(100_000));
        Path file = payloads.verify(payload);
        try (InputStream in = payloads.open(payload.sha256())) {
            byte[] content = bytes(100_000);
            Files.delete(file);
            Files.write(file, Arrays.copyOf(content, 50_000));
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        assertThatThrownBy(() -> payloads.verify(payload)).hasMessageContaining("is changed");
        assertThatThrownBy(() -> payloads.keep(payload)).hasMessageContaining("has 50000 bytes, not 100000");
        assertThatThrownBy(() -> new VerifiedInput(InputStream.nullInputStream(), payload.sha256(), 1).read())
                .hasMessageContaining("is changed");
        assertThatThrownBy(() -> new VerifiedInput(InputStream.nullInputStream(), payload.sha256(), 0))
                .hasMessageContaining("is changed");
    }

    @Test
    void missingFile_isMissingWhateverIsAsked() throws IOException {
        Payloads payloads = open();
        Payload payload = new Payload("ab".repeat(32), 1);
        List<ThrowingCallable> calls = List.of(
                () -> payloads.verify(payload),
                () -> payloads.find(payload.sha256()),
                () -> payloads.open(payload.sha256()),
                () -> payloads.keep(payload));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).hasMessage("payload " + payload.name() + " is missing");
        }
    }

    @Test
    void fileThatCannotBeRead_isNotTakenForAPayload() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(10));
        Path file = payloads.verify(payload);
        Files.delete(file);
        Files.createDirectory(file);
        long bytes = Files.size(file);
        assertThatThrownBy(() -> payloads.verify(new Payload(payload.sha256(), bytes)))
                .isInstanceOf(PayloadLostException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void moreThanTheLimit_isRefusedNamingIt_beforeAndWhileItComes() throws IOException {
        Payloads payloads = open();
        assertThat(payloads.maxBytes()).isEqualTo(MAX);
        String limit = MAX + " bytes (payload.max.bytes)";
        assertRefused(() -> payloads.begin(MAX + 1), Refusal.Reason.TOO_LARGE, limit);
        try (PayloadUpload upload = payloads.begin(-1)) {
            upload.write(bytes(MAX), 0, MAX);
            assertRefused(() -> upload.write(new byte[1], 0, 1), Refusal.Reason.TOO_LARGE, limit);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void allTogether_haveALimit_whichARestartRemembers() throws IOException {
        Payloads payloads = open(1200, 0);
        store(payloads, bytes(600));
        store(payloads, bytes(600));
        assertThat(payloads.usedBytes()).isEqualTo(600);
        assertRefused(() -> payloads.begin(601), Refusal.Reason.STORE_FULL, "payload.total.bytes");
        Payloads again = open(1200, 0);
        assertThat(again.usedBytes()).isEqualTo(600);
        try (PayloadUpload upload = again.begin(-1)) {
            upload.write(bytes(600), 0, 600);
            assertRefused(() -> upload.write(new byte[1], 0, 1), Refusal.Reason.STORE_FULL, "payload.total.bytes");
        }
        assertThat(again.usedBytes()).isEqualTo(600);
        assertThat(store(again, bytes(599)).bytes()).isEqualTo(599);
    }

    @Test
    void disk_isLeftWithTheReserve() throws IOException {
        Payloads payloads = open(0, Long.MAX_VALUE / 4);
        assertRefused(() -> payloads.begin(-1), Refusal.Reason.STORE_FULL, "payload.min.free.bytes");
        assertThat(files()).isEmpty();
    }

    @Test
    void disk_isLookedAtAgain_whileAPayloadComes() throws IOException {
        long[] left = {1000};
        PayloadFiles files = new PayloadFiles(store.resolve("payloads"), clock);
        Room room = new Room(new PayloadSettings(MAX * 4L, 0, 500, Duration.ofHours(1)), () -> left[0]);
        try (PayloadUpload upload = new Intake(files, room, MAX * 4L, Runnable::run)) {
            upload.write(bytes(MAX), 0, MAX);
            left[0] = 499;
            assertRefused(() -> upload.write(new byte[1], 0, 1), Refusal.Reason.STORE_FULL, "499 bytes left");
        }
        assertThat(files()).isEmpty();
        assertThat(room.used()).isZero();
    }

    @Test
    void diskThatIsFull_isToldByTheWordsOfTheSystem() {
        assertThat(Intake.refusal(new IOException("No space left on device")).reason())
                .isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(Intake.refusal(new IOException("Disk quota exceeded")).reason())
                .isEqualTo(Refusal.Reason.STORE_FULL);
        assertThat(Intake.refusal(new IOException("Input/output error")).reason())
                .isEqualTo(Refusal.Reason.UNAVAILABLE);
    }

    @Test
    void uploadThatIsNotCompleted_leavesNothing_andOneThatIsOverTakesNothing() throws IOException {
        Payloads payloads = open();
        PayloadUpload upload = payloads.begin(10);
        upload.write(bytes(5), 0, 5);
        assertThat(files()).hasSize(1);
        upload.close();
        upload.close();
        upload.write(bytes(5), 0, 5);
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> upload.complete().toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("over already");
    }

    @Test
    void uploadThatCannotSettle_isRefused_andLeavesNothing() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(10));
        Path folder = payloads.verify(payload).getParent();
        Files.delete(payloads.verify(payload));
        Files.delete(folder);
        Files.createFile(folder);
        assertThatThrownBy(() -> store(payloads, bytes(10)))
                .hasCauseInstanceOf(Refusal.class)
                .hasMessageContaining("cannot be written");
        assertThat(files()).containsExactly(store.relativize(folder));
    }

    @Test
    void tooManyAtOnce_areRefused_andLeaveNothing() throws IOException {
        Payloads payloads = new Payloads(store.resolve("payloads"), PayloadSettings.DEFAULT, clock, work -> {
            throw new RejectedExecutionException("full");
        });
        try (PayloadUpload upload = payloads.begin(-1)) {
            assertThatThrownBy(() -> upload.complete().toCompletableFuture().join())
                    .hasMessageContaining("wait to be written");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void partialFile_ofAServerThatEnded_goesWithTheNextStart_andPayloadsStay() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(10));
        payloads.begin(-1).write(bytes(7), 0, 7);
        assertThat(files()).hasSize(2);
        Payloads again = open();
        assertThat(files()).hasSize(1);
        assertThat(read(again, payload)).isEqualTo(bytes(10));
    }

    @Test
    void hold_keepsEverything_untilTheLastIsClosed() throws IOException {
        Payloads payloads = open();
        Payload payload = store(payloads, bytes(10));
        PayloadService.Hold one = payloads.hold();
        PayloadService.Hold two = payloads.hold();
        one.close();
        one.close();
        assertThat(payloads.remove(payload.sha256(), clock.instant().plusSeconds(1)))
                .isFalse();
        two.close();
        assertThat(payloads.remove(payload.sha256(), clock.instant())).isFalse();
        assertThat(payloads.remove(payload.sha256(), clock.instant().plusSeconds(1)))
                .isTrue();
        assertThat(payloads.remove(payload.sha256(), clock.instant().plusSeconds(1)))
                .isFalse();
        assertThat(files()).isEmpty();
    }
}
