// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.agent.Scaler;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Throws whatever it is asked. */
final class BrokenScaler implements Scaler {
    @Override
    public String name() {
        return "broken";
    }

    @Override
    public List<ScalingGroup> groups() {
        throw new IllegalStateException("broken");
    }

    @Override
    public CompletionStage<ScalingGroup> scaleTo(ScalingOrder order) {
        throw new IllegalStateException("broken");
    }
}
