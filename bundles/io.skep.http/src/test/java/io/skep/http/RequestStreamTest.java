// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestStreamTest {
    private final RequestStream body = new RequestStream((HttpServletRequest) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {HttpServletRequest.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("getInputStream");
                return new Empty();
            }));
    private final Taker taker = new Taker();

    /** A container's, of a request without a byte in its body. */
    private static final class Empty extends ServletInputStream {
        @Override
        public boolean isFinished() {
            return true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            try {
                listener.onAllDataRead();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public int read() {
            return -1;
        }
    }

    private static final class Taker implements Flow.Subscriber<ByteBuffer> {
        private Flow.@Nullable Subscription subscription;
        private boolean complete;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            throw new AssertionError("there is nothing");
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            complete = true;
        }
    }

    @Test
    void emptyBody_endsOnlyWhenItIsAskedFor() {
        body.subscribe(taker);
        assertThat(body.isWhole()).isTrue();
        assertThat(taker.complete).isFalse();

        Flow.Subscription subscription = taker.subscription;
        assertThat(subscription).isNotNull();
        subscription.request(1);
        assertThat(taker.complete).isTrue();
    }
}
