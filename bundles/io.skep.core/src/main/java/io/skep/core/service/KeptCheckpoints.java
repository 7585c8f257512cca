// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.PluginState;
import io.skep.core.codec.CheckpointCodec;
import io.skep.core.engine.Checkpoints;
import io.skep.core.plugin.PluginRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the checkpoints of plugins, so that after a restart no task slips through before its plugin is back. What a plugin
 * wanted last stays kept when it goes: at the next start its tasks wait until it is known that it does not come. Thread-safe.
 */
public final class KeptCheckpoints implements PluginRegistry.Wants {
    private static final Logger LOG = LoggerFactory.getLogger(KeptCheckpoints.class);

    private final Documents documents;

    /** Among the documents. */
    public KeptCheckpoints(Documents documents) {
        this.documents = documents;
    }

    @Override
    public void wants(String plugin, List<Checkpoint> checkpoints) {
        PluginState.Document wanted = new PluginState.Document(Checkpoints.SCHEMA, CheckpointCodec.encode(checkpoints));
        PluginState.Document there = documents.of(Checkpoints.KEEPER).get(plugin);
        if (wanted.equals(there) || (there == null && checkpoints.isEmpty())) {
            return;
        }
        documents.put(Checkpoints.KEEPER, plugin, wanted).whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.warn("the checkpoints of plugin {} could not be kept: {}", plugin, refused.getMessage());
            }
        });
    }
}
