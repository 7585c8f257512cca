// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path dir;

    private static List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(f -> f.getFileName().toString().startsWith("skep-download-"))
                    .toList();
        }
    }

    @AfterEach
    void nothing_isLeftBehind() {
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(left()).isEmpty());
    }

    private static void assertFetched(String source, String content) throws Exception {
        Path file = Download.fetch(source, LONG);
        assertThat(file).hasContent(content);
        Download.delete(file);
        Download.delete(file);
    }

    @Test
    void file_isFetchedByPathAndByUrl() throws Exception {
        Path file = Files.writeString(dir.resolve("a b.jar"), "content");
        assertFetched(file.toString(), "content");
        assertFetched(file.toUri().toString(), "content");
        assertFetched("file:" + file.toString().replace(" ", "%20"), "content");
        assertThat(file).exists();
    }

    @Test
    void http_isFetched_andItsErrorsAreTold() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good.jar", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("content".getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            assertFetched(url + "/good.jar", "content");
            assertThatThrownBy(() -> Download.fetch(url + "/none.jar", LONG))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("/none.jar cannot be fetched: FileNotFoundException");
        } finally {
            server.stop(0);
        }
        assertThatThrownBy(() -> Download.fetch(url + "/good.jar", LONG)).hasMessageContaining("ConnectException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/no/such/file.jar",
                ".",
                "file:/",
                "file://other.example/a.jar",
                "http:// /",
                "mvn:a/b/1",
                "file:%zz"
            })
    void whatCannotBeHad_isTold(String source) {
        assertThatThrownBy(() -> Download.fetch(source, LONG))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining(" cannot be fetched: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jar:file:/a.jar!/b", "reference:file:/a.jar", "FTP://h/a.jar"})
    void otherUrls_areRefused(String source) {
        assertThatThrownBy(() -> Download.fetch(source, LONG)).hasMessageStartingWith("a jar comes from a file");
    }

    @Test
    void largeFile_isRefused() throws IOException {
        Path file = dir.resolve("large.jar");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), Download.MAX_BYTES);
        }
        assertThatThrownBy(() -> Download.fetch(file.toString(), LONG))
                .hasMessageEndingWith("it has more than " + Download.MAX_BYTES + " bytes");
    }

    @Test
    void serverThatNeverAnswers_isGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/a.jar";
            assertThatThrownBy(() -> Download.fetch(url, Duration.ofMillis(50)))
                    .hasMessage(url + " was not fetched within 50 ms");
        }
    }

    @Test
    void serverThatDrips_isGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (!over.await(1, TimeUnit.MILLISECONDS)) {
                    out.write(1);
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            assertThatThrownBy(() -> Download.fetch(url, Duration.ofMillis(50)))
                    .hasMessageContaining("was not fetched within 50 ms");
            nothing_isLeftBehind();
        } finally {
            over.countDown();
            server.stop(0);
        }
    }

    @Test
    void fileThatCameWhenItWasGivenUp_isDeleted() throws IOException {
        Path late = Files.createTempFile("skep-download-", ".jar");
        Download.giveUp(CompletableFuture.completedFuture(late), Thread.currentThread());
        assertThat(late).doesNotExist();
        Download.giveUp(CompletableFuture.failedFuture(new IOException("broken")), Thread.currentThread());
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruption_endsTheWaitAndTheFetch() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/a.jar";
            AtomicReference<Throwable> ended = new AtomicReference<>();
            Thread session = new Thread(() -> {
                try {
                    Download.fetch(url, LONG);
                } catch (CommandFailed | InterruptedException e) {
                    ended.set(e);
                }
            });
            session.start();
            silent.accept().close();
            session.interrupt();
            session.join(LONG.toMillis());
            assertThat(ended.get()).isNotNull();
        }
    }
}
