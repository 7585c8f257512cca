// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes a jar into a temporary file, which goes when what it was taken for has ended. */
final class JarSink implements BodySink {
    private static final Set<String> TYPES = Set.of("application/java-archive", "application/octet-stream");

    private final UploadFile file;
    private final Function<Path, CompletionStage<Answer>> whole;

    /** {@code whole} takes the file when it is complete, once. */
    JarSink(int maxBytes, Function<Path, CompletionStage<Answer>> whole) {
        this.file = UploadFile.open(maxBytes);
        this.whole = whole;
    }

    /** What is wrong with a body of that content type and length, or null. */
    static @Nullable Problem unfit(@Nullable String type, long length, int maxBytes) {
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(media)) {
            return Problem.mediaType(
                    "the body must be the jar itself, as application/java-archive or application/octet-stream");
        }
        return length > maxBytes ? Problem.of(UploadFile.tooLarge(maxBytes)) : null;
    }

    @Override
    public void append(byte[] chunk, int count) {
        file.append(chunk, count);
    }

    @Override
    public CompletionStage<Answer> whole(long declared) {
        return whole.apply(file.whole(declared)).whenComplete((answer, failure) -> file.close());
    }

    @Override
    public void close() {
        file.close();
    }
}
