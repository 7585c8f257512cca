// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table {@code hostile.txt} against a server that lets nobody in without the plugin security. */
class HostileIT {
    private static final Pattern TIMES = Pattern.compile("\\{(.)\\*(\\d+)}");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|0|x[0-9a-f]{2})");
    private static final int AT_LEAST = 150;

    private static Instance instance;
    private static HostileTokens tokens;
    private static String admin;
    private static List<String> before;

    /** A line of the table. */
    private record Row(String name, String token, String request, String statuses, String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (InputStream in = HostileIT.class.getResourceAsStream("hostile.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] cells = line.split(" \\| ", -1);
                assertThat(cells).as(line).hasSize(5);
                rows.add(new Row(cells[0], cells[1], cells[2], cells[3].replace(',', '|'), cells[4]));
            }
        }
        return rows;
    }

    @BeforeAll
    static void start() throws Exception {
        tokens = new HostileTokens();
        instance = Instance.fresh("hostile");
        instance.configure("io.skep.core.cfg", "auth = required");
        instance.configure("io.skep.plugin.security.cfg", tokens.settings());
        instance.server().start(Instance.START);
        Path key = instance.server().home().resolve("store/security/keys/admin.key");
        Instance.await("there is a key", () -> Files.exists(key));
        admin = Files.readString(key).strip();
        Instance.await(
                "a good key is let in", () -> ask("admin", "GET /api/v1/tasks").startsWith("HTTP/1.1 200"));
        Instance.await("a good token is", () -> ask("jwt ", "GET /api/v1/tasks").startsWith("HTTP/1.1 200"));
        before = figures();
    }

    @AfterAll
    static void stop() throws IOException {
        if (instance != null) {
            instance.close();
        }
        tokens.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void hostileRequest_isRefused_forTheRightReason(Row row) throws Exception {
        String answer = ask(row.token(), row.request());
        assertThat(answer).as(row.request()).containsPattern("^HTTP/1\\.1 (" + row.statuses() + ") ");
        // What is hidden behind a request must not be answered as another one.
        assertThat(answer.split("HTTP/1\\.1 ", -1)).as(answer).hasSize(2);
        if (!row.words().equals("-")) {
            assertThat(answer).contains(row.words());
        }
        assertThat(answer).doesNotContain(admin).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(figures()).isEqualTo(before);
    }

    @Test
    void table_isLong() throws Exception {
        assertThat(rows()).hasSizeGreaterThanOrEqualTo(AT_LEAST).doesNotHaveDuplicates();
    }

    private static List<String> figures() throws IOException {
        return ask("admin", "GET /metrics")
                .lines()
                .filter(line -> line.startsWith("skep_tasks{") || line.startsWith("skep_agents "))
                .toList();
    }

    /** Everything that the server says to a request of the table. */
    private static String ask(String token, String request) throws IOException {
        String text;
        if (request.startsWith("RAW ")) {
            text = bytes(request.substring(4));
        } else {
            List<String> lines = new ArrayList<>(Arrays.asList(request.split(" ;; ", -1)));
            String body = lines.get(lines.size() - 1).startsWith("body:")
                    ? bytes(lines.remove(lines.size() - 1).substring(5))
                    : "";
            String sent = token.equals("none") ? "" : "Authorization: Bearer " + token(token) + "\r\n";
            text = bytes(lines.remove(0)) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + sent
                    + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
                    + lines.stream().map(line -> bytes(line) + "\r\n").reduce("", String::concat) + "\r\n" + body;
        }
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), instance.server().uri().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return read(socket.getInputStream());
        }
    }

    /** Whatever comes before the end, even if the server closes while it is still sent something. */
    private static String read(InputStream in) throws IOException {
        StringBuilder said = new StringBuilder();
        byte[] bytes = new byte[8192];
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                said.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException reset) {
            assertThat(said.toString()).as(reset.getMessage()).isNotEmpty();
        }
        return said.toString();
    }

    private static String token(String token) throws IOException {
        if (token.startsWith("=")) {
            return bytes(token.substring(1));
        } else if (token.startsWith("jwt ")) {
            return tokens.token(repeated(token.substring(4)));
        }
        return admin;
    }

    private static String bytes(String text) {
        String filled = repeated(text).replace("{admin}", admin).replace("{ADMIN}", admin.toUpperCase(Locale.ROOT));
        String cut = filled.replace("{admin-}", admin.substring(0, admin.length() - 1));
        return ESCAPE.matcher(cut)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1).charAt(0)) {
                            case 'r' -> "\r";
                            case 'n' -> "\n";
                            case 't' -> "\t";
                            case '0' -> "\0";
                            default ->
                                String.valueOf(
                                        (char) Integer.parseInt(found.group(1).substring(1), 16));
                        }));
    }

    private static String repeated(String text) {
        return TIMES.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
    }
}
