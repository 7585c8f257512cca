// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.EventBatch;
import io.skep.testkit.plugin.InMemoryEvents;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How an exchange ends that breaks, which a client cannot be made to do at a given moment. */
class ExchangeTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<Integer> statuses = new ArrayList<>();
    private final List<Feed> closed = new ArrayList<>();
    private final Meters meters = new Meters();
    private final Map<String, String> headers = new HashMap<>();
    private boolean committed;
    private boolean secure;
    private int completed;
    private final AsyncContext context = stub(AsyncContext.class, (method, arguments) -> {
        completed += method.equals("complete") ? 1 : 0;
        return null;
    });
    private final HttpServletRequest request = stub(HttpServletRequest.class, (method, arguments) -> switch (method) {
        case "startAsync" -> context;
        case "getMethod" -> "GET";
        case "isSecure" -> secure;
        default -> null;
    });
    /** One whose stream is gone. */
    private final HttpServletResponse response = stub(HttpServletResponse.class, (method, arguments) -> {
        if (method.equals("setStatus")) {
            statuses.add((Integer) arguments[0]);
        } else if (method.equals("setHeader")) {
            headers.put((String) arguments[0], (String) arguments[1]);
        } else if (method.equals("getOutputStream")) {
            throw new IOException("gone");
        }
        return method.equals("isCommitted") ? committed : null;
    });

    private final Exchange exchange = new Exchange(request, response, meters);

    /** What a stub does. */
    private interface Answers {
        Object to(String method, Object[] arguments) throws IOException;
    }

    private static <T> T stub(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
    }

    private Answer stream() {
        InMemoryEvents events = new InMemoryEvents();
        EventBatch nothing = new EventBatch(List.of(), events.end());
        return Answer.feed("text/event-stream", new EventFeed(events, events.end(), nothing, LONG, closed::add));
    }

    private String counted() {
        PrometheusText text = new PrometheusText();
        meters.write(text);
        return new String(text.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void exchangeThatBreaks_isNeverAnEmptySuccess() {
        exchange.suspend(LONG);
        exchange.onError(new IOException("broke"));
        exchange.onError(new AsyncEvent(context, new IOException("broke again")));

        assertThat(statuses).containsExactly(503);
        assertThat(completed).isEqualTo(1);
        assertThat(counted()).contains("skep_http_requests_total{class=\"broken\"} 1\n");
    }

    @Test
    void exchangeThatBreaks_afterTheClientHasSeenItsStatus_onlyEnds() {
        committed = true;
        exchange.suspend(LONG);
        exchange.onError(new IOException("broke"));

        assertThat(statuses).isEmpty();
        assertThat(completed).isEqualTo(1);
    }

    @Test
    void answerThatComesAfterThat_changesNothing_andItsStreamIsClosed() {
        exchange.suspend(LONG);
        exchange.onError(new IOException("broke"));
        Answer late = stream();
        exchange.finish(late);

        assertThat(statuses).containsExactly(503);
        assertThat(closed).containsExactly(late.feed());
    }

    @Test
    void streamThatCannotBegin_isClosed() {
        exchange.suspend(LONG);
        Answer stream = stream();
        exchange.finish(stream);

        assertThat(closed).containsExactly(stream.feed());
        assertThat(statuses).last().isEqualTo(503);
        assertThat(completed).isEqualTo(1);
    }

    @Test
    void exchangeThatBreaks_saysToBrowsersWhatEveryAnswerSays() {
        exchange.suspend(LONG);
        exchange.onError(new IOException("broke"));

        assertThat(headers).containsAllEntriesOf(HttpTestBase.GUARDS).hasSameSizeAs(HttpTestBase.GUARDS);
    }

    @Test
    void answerByTls_saysThatItIsAlwaysByTls() {
        secure = true;
        exchange.finish(Answer.noContent());

        assertThat(headers).containsAllEntriesOf(HttpTestBase.GUARDS);
        assertThat(headers).containsEntry("Strict-Transport-Security", "max-age=31536000");
    }
}
