// SPDX-License-Identifier: Apache-2.0
package io.skep.api.payload;

import io.skep.api.Refusal;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A payload that comes piece by piece, into a file of its own. One thread at a time writes; {@link #close} may be called
 * by any, at any time.
 */
@ProviderType
public interface PayloadUpload extends AutoCloseable {
    /**
     * Adds bytes. May wait for the disk, but for nothing else.
     *
     * @throws Refusal {@link Refusal.Reason#TOO_LARGE} beyond the limit, {@link Refusal.Reason#STORE_FULL} when there is
     *     no space, {@link Refusal.Reason#UNAVAILABLE} when it cannot be written; the upload is of no use any more then
     */
    void write(byte[] bytes, int offset, int length);

    /**
     * Ends it. Nothing may be written any more.
     *
     * @return what has come, when it is durable; ends with a {@link Refusal} as {@link #write} does
     */
    CompletionStage<Payload> complete();

    /** Throws away what has come, unless it was completed. A second time does nothing. */
    @Override
    void close();
}
