// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadService;
import io.skep.api.payload.PayloadUpload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** Files of the server's machine as inputs of tasks, and results of tasks as files. */
final class PayloadFile {
    /** How long it may take to make a payload durable. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int BLOCK_BYTES = 64 << 10;

    private PayloadFile() {}

    /** Stores a file as a payload; answers what stands for it in a task. */
    static String store(PayloadService payloads, String file) throws CommandFailed, InterruptedException {
        Path path = path(file);
        if (!Files.isRegularFile(path)) {
            throw new CommandFailed("there is no file " + path);
        }
        try (InputStream in = Files.newInputStream(path);
                PayloadUpload upload = payloads.begin(Files.size(path))) {
            byte[] block = new byte[BLOCK_BYTES];
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                upload.write(block, 0, count);
            }
            return Answer.within(LONGEST, upload.complete()).reference();
        } catch (Refusal refusal) {
            throw new CommandFailed(refusal.getMessage());
        } catch (IOException e) {
            throw new CommandFailed(path + " cannot be read: " + e.getMessage());
        }
    }

    /** Writes a result to a file: the payload if it is one, else its JSON text. The file is there when it is whole. */
    static Path write(PayloadService payloads, String result, String file) throws CommandFailed {
        Path path = path(file).toAbsolutePath();
        Path part = path.resolveSibling(path.getFileName() + ".part");
        Optional<Payload> payload = Payload.referred(result);
        try {
            if (payload.isPresent()) {
                try (InputStream in = payloads.open(payload.get().sha256())) {
                    Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                }
            } else {
                Files.writeString(part, result);
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
            return path;
        } catch (IOException e) {
            part.toFile().delete();
            throw new CommandFailed(path + " is not written: " + e.getMessage());
        }
    }

    private static Path path(String file) throws CommandFailed {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new CommandFailed("no path: " + e.getMessage());
        }
    }
}
