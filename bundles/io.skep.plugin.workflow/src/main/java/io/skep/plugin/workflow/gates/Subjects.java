// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadService;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Reads what is judged, from its file if it is kept as one, up to the configured size. What cannot be read is a subject
 * all the same, of which every check but a person's is errored. Thread-safe.
 */
final class Subjects {
    private final Admin admin;
    private final Supplier<Settings> settings;
    private final Workers workers;
    private final Codec codec;

    Subjects(Admin admin, Supplier<Settings> settings, Workers workers, Codec codec) {
        this.admin = admin;
        this.settings = settings;
        this.workers = workers;
        this.codec = codec;
    }

    /** What a task shows at a stage. */
    CompletionStage<Subject> read(Task task, String stage) {
        return read(Subject.shown(task, stage, codec));
    }

    /** What a JSON text means; files are read on the plugin's threads. */
    CompletionStage<Subject> read(String shown) {
        return Payload.referred(shown).isPresent()
                ? workers.supply(() -> readNow(shown))
                : CompletableFuture.completedFuture(readNow(shown));
    }

    /**
     * What a JSON text means; waits for the disk if it is a reference.
     *
     * @throws Declination if it is no JSON
     */
    Subject readNow(String shown) {
        Optional<Payload> file = Payload.referred(shown);
        return file.isPresent() ? file(file.get(), shown) : Subject.of(codec.tree("the result", shown), shown);
    }

    private Subject file(Payload file, String reference) {
        int most = settings.get().results().bytes();
        if (file.bytes() > most) {
            return Subject.unreadable(
                    reference,
                    "the result is a file of " + file.bytes() + " bytes, and gates read at most " + most
                            + " (max.result.bytes)");
        }
        PayloadService payloads = admin.payloads().orElse(null);
        if (payloads == null) {
            return Subject.unreadable(reference, "the result is kept as a file, and files cannot be read now");
        }
        try (InputStream bytes = payloads.open(file.sha256())) {
            byte[] content = bytes.readNBytes(most + 1);
            if (content.length != file.bytes()) {
                return Subject.unreadable(reference, file.name() + " has not the length that the result says");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return new Subject(json(text), text, reference, null);
        } catch (CharacterCodingException binary) {
            return Subject.unreadable(reference, "the result is a file that is neither JSON nor text in UTF-8");
        } catch (IOException lost) {
            return Subject.unreadable(reference, "the result cannot be read: " + lost.getMessage());
        }
    }

    private JsonNode json(String text) {
        try {
            return codec.tree("the result", text);
        } catch (Declination words) {
            return TextNode.valueOf(text);
        }
    }
}
