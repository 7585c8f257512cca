// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * JSON as a token may have it: one object in UTF-8, no member twice (two readers could take different ones), nothing after
 * it, and bounded in depth and in the lengths of names and numbers. Thread-safe.
 */
final class StrictJson {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER = 40;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private StrictJson() {}

    /**
     * The object.
     *
     * @throws RefusedException as malformed, if it is none
     */
    static ObjectNode object(byte[] utf8) throws RefusedException {
        try {
            // A decoder of its own: the parser's would also take UTF-16, UTF-32 and a byte order mark.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (CharacterCodingException | JsonProcessingException notJson) {
            throw new RefusedException(Refusal.MALFORMED);
        }
        throw new RefusedException(Refusal.MALFORMED);
    }
}
