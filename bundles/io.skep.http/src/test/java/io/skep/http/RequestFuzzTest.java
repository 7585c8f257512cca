// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.skep.api.Refusal;
import io.skep.api.Refusal.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Whatever a request says, it is understood or refused, and nothing else happens. */
final class RequestFuzzTest {
    private static final List<String> TEMPLATES = List.of(
            "/healthz",
            "/api/v1/tasks",
            "/api/v1/tasks/{id}",
            "/api/v1/tasks/{id}/why",
            "/api/v1/tasks/bulk/{id}",
            "/api/v1/agents/{id}/claims");
    private static final RouteTable TABLE =
            new RouteTable(TEMPLATES.stream().map(RequestFuzzTest::route).toList());
    private static final Set<String> PARAMETERS = Set.of("limit", "wait", "from", "text", "force");
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static Route route(String template) {
        return new Route(
                "GET",
                template,
                Permission.PUBLIC,
                Wanted.NOTHING,
                Route.Body.NONE,
                Set.of(),
                Duration.ZERO,
                call -> CompletableFuture.failedStage(new AssertionError("nobody calls it")));
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    @FuzzTest
    void path_isOfItsTemplate_orRefused(byte[] data) {
        String path = "/" + text(data);
        try {
            RouteTable.Match match = TABLE.find(path);
            Route route = match.byMethod().get("GET");
            assertThat(route).isNotNull();
            assertThat(route.template().replace("{id}", match.id())).isEqualTo(path);
            assertThat(match.id()).matches("[A-Za-z0-9._-]{0,128}").isNotIn(".", "..");
            assertThat(match.allow()).isEqualTo("GET, HEAD, OPTIONS");
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isIn(Reason.NOT_FOUND, Reason.INVALID);
            assertThat(path.contains("{id}") || !TEMPLATES.contains(path)).isTrue();
        }
    }

    @FuzzTest
    void query_hasItsParameters_orIsRefused(byte[] data) {
        String text = text(data);
        try {
            Query query = Query.parse(text, PARAMETERS);
            String value = query.text("text");
            assertThat(value == null || (!value.isEmpty() && value.length() <= text.length()))
                    .isTrue();
            assertThat(query.integer("limit", 50, 1, 200)).isBetween(1, 200);
            assertThat(query.wait("wait", LONGEST)).isBetween(Duration.ZERO, LONGEST);
            assertThat(query.flag("force")).isIn(true, false);
            assertThat(query.instant("from") == null).isEqualTo(query.text("from") == null);
            assertThat(query.text("other")).isNull();
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isEqualTo(Reason.INVALID);
        }
    }

    /** The first byte chooses what kind of body, the second how long its chunks are; the limits are 1024 and 2048 bytes. */
    @FuzzTest
    void body_isItsText_orRefused(byte[] data) {
        if (data.length < 2) {
            return;
        }
        Route.Body kind = data[0] % 2 == 0 ? Route.Body.ARRAY : Route.Body.OBJECT;
        byte[] body = Arrays.copyOfRange(data, 2, data.length);
        Settings settings = new Settings(1024, 2048, 1024, 0, 0, Duration.ofSeconds(1));
        BodyBuffer buffer = new BodyBuffer(settings, kind, data[0] < 0 ? -1 : body.length);
        int size = 1 + (data[1] & 0xff);
        for (int at = 0; at < body.length; at += size) {
            byte[] chunk = Arrays.copyOfRange(body, at, at + size);
            buffer.append(chunk, Math.min(size, body.length - at));
        }
        String start = new String(body, StandardCharsets.ISO_8859_1).replaceFirst("\\A[\\x00-\\x20]+", "");
        boolean array = kind == Route.Body.ARRAY && start.startsWith("[");
        if (body.length > (array ? 2048 : 1024)) {
            assertRefused(buffer, Reason.TOO_LARGE);
            return;
        }
        try {
            String strict = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            assertThat(buffer.text()).isEqualTo(strict);
        } catch (CharacterCodingException notUtf8) {
            assertRefused(buffer, Reason.INVALID);
        }
    }

    /** The first line is the header, or empty for none, and the rest the form. */
    @FuzzTest
    void form_isARequestForAToken_orRefusedInTheWordsOfOAuth(byte[] data) {
        String text = text(data);
        int line = text.indexOf('\n');
        String header = line <= 0 ? null : text.substring(0, line);
        try {
            TokenForm form = TokenForm.read("application/x-www-form-urlencoded", header, text.substring(line + 1));
            assertThat(form.clientId()).isNotEmpty().hasSizeLessThanOrEqualTo(256);
            assertThat(form.clientSecret()).isNotEmpty();
            assertThat(form.scopes()).hasSizeLessThanOrEqualTo(64).doesNotContain("");
        } catch (OAuthException refused) {
            assertThat(refused.answer().status()).isIn(400, 401);
        }
    }

    private static void assertRefused(BodyBuffer buffer, Reason reason) {
        assertThatThrownBy(buffer::text)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
