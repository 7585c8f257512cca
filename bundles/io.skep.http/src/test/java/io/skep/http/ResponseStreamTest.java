// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {
    private final ResponseStream body = new ResponseStream(-1, Duration.ofMinutes(1));
    private final Out out = new Out();
    private long requested;

    /** A container's: what is written before it may be is an error, as there. */
    private final class Out extends ServletOutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private @Nullable WriteListener listener;
        private boolean possible;

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener newListener) {
            listener = newListener;
            // The other node's answer comes while the container makes itself ready.
            subscribe();
            body.onNext(List.of(ByteBuffer.wrap("first".getBytes(StandardCharsets.UTF_8))));
        }

        @Override
        public void write(int one) {
            assertThat(possible)
                    .as("the container has said that it may be written")
                    .isTrue();
            written.write(one);
        }
    }

    private void subscribe() {
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                requested += count;
            }

            @Override
            public void cancel() {
                requested = -1;
            }
        });
    }

    @Test
    void whatComesEarly_isWrittenWhenTheContainerSaysSo() throws IOException {
        AsyncContext context = (AsyncContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AsyncContext.class}, (proxy, method, arguments) -> null);
        body.start(context, out);
        assertThat(out.written.toString(StandardCharsets.UTF_8)).isEmpty();

        out.possible = true;
        WriteListener listener = out.listener;
        assertThat(listener).isNotNull();
        listener.onWritePossible();
        assertThat(out.written.toString(StandardCharsets.UTF_8)).isEqualTo("first");
        assertThat(requested).as("what is asked for next").isEqualTo(1);
    }
}
