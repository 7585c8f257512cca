// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.parts;

import io.skep.api.embedding.Embedder;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What every part works with. Immutable.
 *
 * @param orchestrator of this generation
 * @param codec for JSON
 * @param clock for the time of day
 * @param workers threads of this generation
 * @param directory of the plugin's files; each part has a folder of its own in it
 * @param embedder the encoder that is there now, if any
 */
public record Means(
        Orchestrator orchestrator,
        Codec codec,
        Clock clock,
        Workers workers,
        Path directory,
        Supplier<Optional<Embedder>> embedder) {}
