// SPDX-License-Identifier: Apache-2.0
package io.skep.api.payload;

import io.skep.api.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes, keeps and gives payloads. Thread-safe. Methods read and write files, and wait for nothing but the disk. A
 * payload stays as long as a task refers to it, and for a time after it came or was last referred to anew.
 */
@ProviderType
public interface PayloadService {
    /** The largest payload, in bytes. */
    long maxBytes();

    /**
     * Begins to take a payload.
     *
     * @param declared how many bytes will come, or -1 if that is not known
     * @throws Refusal {@link Refusal.Reason#TOO_LARGE}, {@link Refusal.Reason#STORE_FULL} or {@link
     *     Refusal.Reason#UNAVAILABLE}, as {@link PayloadUpload#write}
     */
    PayloadUpload begin(long declared);

    /**
     * The payload of that hash, as far as its file is there; its content is not looked at.
     *
     * @throws PayloadLostException if there is none
     */
    Payload find(String sha256) throws PayloadLostException;

    /**
     * Opens a payload to be read once. The hash is computed on the way: the last bytes of a file that is not what it was
     * are never given, reading them ends with {@link PayloadLostException}.
     *
     * @throws PayloadLostException if there is none
     */
    InputStream open(String sha256) throws IOException;

    /**
     * Reads a payload through.
     *
     * @return its file, which must not be changed
     * @throws PayloadLostException if it is missing, or its length or hash is another
     */
    Path verify(Payload payload) throws PayloadLostException;

    /** Lets no payload go until this is closed, for instance while they are copied. May be called several times. */
    Hold hold();

    /** While it is open, no payload goes. Closing it a second time does nothing. */
    @FunctionalInterface
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}
