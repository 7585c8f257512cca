// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import java.util.concurrent.CompletionStage;

/** What the bytes of an upload go into. One thread at a time brings them; any may close it. */
interface BodySink extends AutoCloseable {
    /**
     * Takes the first {@code count} bytes.
     *
     * @throws Refusal if it cannot
     */
    void append(byte[] chunk, int count);

    /**
     * Says that all has come, once; from then on it closes itself.
     *
     * @param declared how much was to come, or -1 if nobody said
     * @throws Refusal if it is not fit
     */
    CompletionStage<Answer> whole(long declared);

    /** Throws away what has come. A second time does nothing. */
    @Override
    void close();
}
