// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Provider;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IntrospectorTest {
    private static final String TOKEN = "2YotnFZFEjr1zCsicMWpAA";

    private final ManualClock clock = new ManualClock();
    private final Provider provider = new Provider();
    private final Fetch fetch = new Fetch(Duration.ofSeconds(30), 8 << 10);
    private final Introspector introspector = introspector("skep", IntrospectionSettings.Limits.DEFAULT);
    private final long now = clock.instant().getEpochSecond();

    private Introspector introspector(String audience, IntrospectionSettings.Limits limits) {
        return new Introspector(
                new IntrospectionSettings(
                        URI.create(provider.issuer() + Provider.INTROSPECT),
                        "us",
                        "our secret",
                        "https://idp",
                        audience,
                        ClaimMapping.DEFAULT,
                        limits),
                fetch,
                clock);
    }

    private void says(String json) {
        provider.answer(Provider.INTROSPECT, 200, json);
    }

    private String active(String more) {
        return "{\"active\":true,\"sub\":\"ann\",\"aud\":[\"skep\"],\"exp\":" + (now + 300) + more + "}";
    }

    @AfterEach
    void close() {
        fetch.close();
        provider.close();
    }

    @Test
    void activeToken_isSomebodys() throws Exception {
        says(active(",\"iss\":\"https://idp\",\"scope\":\"tasks:read x\",\"kind\":\"human\",\"tenant\":\"acme\""));

        Verified verified = introspector.verify(TOKEN);

        assertThat(verified.keep()).isEqualTo(Duration.ofSeconds(30));
        assertThat(verified.principal().subject()).isEqualTo("ann");
        assertThat(verified.principal().kind()).isEqualTo(Kind.HUMAN);
        assertThat(verified.principal().scopes()).containsExactlyInAnyOrder("tasks:read", "x");
        assertThat(verified.principal().issuer()).isEqualTo("https://idp");
        assertThat(verified.principal().tokenId()).startsWith("sha256:").doesNotContain(TOKEN);
    }

    @Test
    void question_isAskedAsTheRfcSays() throws Exception {
        StringBuilder asked = new StringBuilder();
        provider.answer(Provider.INTROSPECT, exchange -> {
            try {
                asked.append(exchange.getRequestMethod())
                        .append(' ')
                        .append(exchange.getRequestHeaders().getFirst("Authorization"))
                        .append(' ')
                        .append(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return new Provider.Answer(200, active(""));
        });
        introspector.verify(TOKEN);
        // Client id and secret are form-encoded first (RFC 6749 §2.3.1).
        assertThat(asked.toString())
                .startsWith("POST Basic dXM6b3VyK3NlY3JldA== ")
                .contains("token=" + TOKEN);
    }

    @Test
    void tokenThatIsNotGood_isRefusedForItsReason() {
        assertRefused(Refusal.INACTIVE, "{\"active\":false}");
        assertRefused(Refusal.UNKNOWN_ISSUER, active(",\"iss\":\"https://other\""));
        assertRefused(Refusal.BOUND, active(",\"cnf\":{\"jkt\":\"x\"}"));
        assertRefused(Refusal.AUDIENCE, "{\"active\":true,\"sub\":\"ann\",\"aud\":\"other\"}");
        assertRefused(Refusal.AUDIENCE, "{\"active\":true,\"sub\":\"ann\"}");
        assertRefused(Refusal.NOT_YET_VALID, active(",\"nbf\":" + (now + 60)));
        assertRefused(Refusal.EXPIRED, "{\"active\":true,\"sub\":\"ann\",\"aud\":\"skep\",\"exp\":" + now + "}");
        assertRefused(Refusal.MISSING_CLAIM, "{\"active\":true,\"aud\":\"skep\"}");
        assertRefused(Refusal.NO_OWNER, active(",\"kind\":\"agent\""));
    }

    @Test
    void answerWithoutAnEnd_holdsAsLongAsItIsRemembered() throws Exception {
        says("{\"active\":true,\"sub\":\"ann\"}");
        Verified verified =
                introspector("", IntrospectionSettings.Limits.DEFAULT).verify(TOKEN);
        assertThat(verified.principal().expiry()).isEqualTo(clock.instant().plusSeconds(30));
    }

    @Test
    void inactiveToken_isRememberedForASecond() {
        says("{\"active\":false}");
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> introspector.verify(TOKEN)).isInstanceOf(RefusedException.class);
        }
        assertThat(provider.calls(Provider.INTROSPECT)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> introspector.verify(TOKEN)).isInstanceOf(RefusedException.class);
        assertThat(provider.calls(Provider.INTROSPECT)).isEqualTo(2);
    }

    @Test
    void whatCannotBeAToken_isNotAskedAbout() {
        for (String wrong : new String[] {"", "a b", "é", "a\r\nX: y", "a\"b", "a\0", "\uff41"}) {
            assertThatThrownBy(() -> introspector.verify(wrong))
                    .as(wrong)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Refusal.MALFORMED));
        }
        assertThat(provider.calls(Provider.INTROSPECT)).isZero();
    }

    @Test
    void providerThatFails_isUnavailable_thenLeftAlone_thenTriedAgain() throws Exception {
        provider.down(true);
        for (int i = 0; i < 5; i++) {
            assertUnavailable(() -> introspector.verify(TOKEN), "cannot be asked");
        }
        for (int i = 0; i < 100; i++) {
            assertUnavailable(() -> introspector.verify(TOKEN), "does not answer");
        }
        assertThat(provider.calls(Provider.INTROSPECT)).isEqualTo(5);

        clock.advance(Duration.ofMillis(5001));
        assertUnavailable(() -> introspector.verify(TOKEN), "cannot be asked");
        assertUnavailable(() -> introspector.verify(TOKEN), "does not answer");

        clock.advance(Duration.ofMillis(5001));
        provider.down(false);
        says(active(""));
        assertThat(introspector.verify(TOKEN).principal().subject()).isEqualTo("ann");
        assertThat(introspector.verify(TOKEN).principal().subject()).isEqualTo("ann");
    }

    @Test
    void wrongAnswers_areUnavailable() {
        Introspector patient = introspector(
                "skep",
                new IntrospectionSettings.Limits(
                        Duration.ofSeconds(30), Duration.ofSeconds(1), 10, 4, 20, 100, Duration.ofSeconds(5)));
        for (String body : new String[] {"", "<html>", "[]", "{}", "{\"active\":\"true\"}", "x".repeat(9 << 10)}) {
            says(body);
            assertUnavailable(() -> patient.verify(TOKEN), "cannot be asked");
        }
        provider.answer(Provider.INTROSPECT, 401, "{\"error\":\"invalid_client\"}");
        assertUnavailable(() -> patient.verify(TOKEN), "cannot be asked");
        provider.answer(Provider.INTROSPECT, exchange -> {
            exchange.getResponseHeaders().set("Location", provider.issuer() + "/elsewhere");
            return new Provider.Answer(307, "");
        });
        assertUnavailable(() -> patient.verify(TOKEN), "cannot be asked");
        assertThat(provider.calls("/elsewhere")).isZero();
    }

    @Test
    void noMoreQuestionsAtATime_thanThereIsRoomFor() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        provider.answer(Provider.INTROSPECT, exchange -> {
            asked.countDown();
            try {
                go.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            return new Provider.Answer(200, active(""));
        });
        Introspector narrow = introspector(
                "skep",
                new IntrospectionSettings.Limits(
                        Duration.ofSeconds(30), Duration.ofSeconds(1), 10, 1, 20, 100, Duration.ofSeconds(5)));
        ExecutorService other = Executors.newSingleThreadExecutor();
        Future<Verified> first = other.submit(() -> narrow.verify(TOKEN));
        asked.await();
        assertUnavailable(() -> narrow.verify("another"), "too many");
        go.countDown();
        assertThat(first.get().principal().subject()).isEqualTo("ann");
        assertThat(narrow.verify("another").principal().subject()).isEqualTo("ann");
        other.shutdown();
    }

    @Test
    void settings_keepTheirSecret_andAreChecked() {
        assertThatThrownBy(() -> new IntrospectionSettings(
                        URI.create("http://idp.example/i"),
                        "us",
                        "secret",
                        "https://idp",
                        "",
                        ClaimMapping.DEFAULT,
                        IntrospectionSettings.Limits.DEFAULT))
                .hasMessageContaining("HTTPS");
        assertThat(new IntrospectionSettings(
                                URI.create("https://idp.example/i"),
                                "us",
                                "secret",
                                "https://idp",
                                "",
                                ClaimMapping.DEFAULT,
                                IntrospectionSettings.Limits.DEFAULT)
                        .toString())
                .doesNotContain("secret");
    }

    private void assertRefused(Refusal reason, String answer) {
        says(answer);
        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> introspector.verify(TOKEN))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private static void assertUnavailable(ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(UnavailableException.class, cannot -> {
            assertThat(cannot.words()).contains(words);
            assertThat(cannot.retryAfter()).isPositive();
        });
    }
}
