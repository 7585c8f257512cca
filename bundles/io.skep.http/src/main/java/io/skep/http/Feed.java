// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import java.time.Duration;

/** An answer that is written piece by piece, as the client takes it. */
interface Feed {
    /** How long it may last. */
    Duration life();

    /** How many bytes it will have, or -1 if that is not known. */
    long length();

    /** Begins to write, and ends the exchange when all is written. */
    void start(AsyncContext context, ServletOutputStream stream);

    /** Ends it, begun or not; a second time does nothing. */
    void close();
}
