// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a listener say at one moment, in PEM. Immutable.
 *
 * @param certificates the server's certificate and those between it and its root
 * @param key of the certificate
 * @param clientCa authorities of clients, or null if clients need no certificate
 */
record KeyFiles(String certificates, String key, @Nullable String clientCa) {
    static final int MAX_BYTES = 1024 * 1024;

    /**
     * Reads the files.
     *
     * @throws BadKeysException if one cannot be read
     */
    static KeyFiles read(TlsSettings settings) throws BadKeysException {
        Path clientCa = settings.clientCa();
        return new KeyFiles(
                text(settings.certificate()), text(settings.key()), clientCa == null ? null : text(clientCa));
    }

    private static String text(Path file) throws BadKeysException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new BadKeysException(file + " has more than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (FileSystemException e) {
            // Its message is the name of the file.
            throw new BadKeysException(
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
        } catch (IOException e) {
            throw new BadKeysException("cannot read " + file, e);
        }
    }

    /** Not what they say: one is a secret. */
    @Override
    public String toString() {
        return "KeyFiles[hidden]";
    }
}
