// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import java.io.File;
import org.apache.felix.fileinstall.ArtifactInstaller;

/** Takes jars of plugins in {@code deploy/} over from File Install, which would install them as any bundle. */
public final class DeployFolder implements ArtifactInstaller {
    private final Deployments deployments;

    /** Hands on to {@code deployments}. */
    public DeployFolder(Deployments deployments) {
        this.deployments = deployments;
    }

    @Override
    public boolean canHandle(File artifact) {
        return deployments.isPlugin(artifact.toPath());
    }

    @Override
    public void install(File artifact) {
        deployments.put(artifact.toPath());
    }

    @Override
    public void update(File artifact) {
        deployments.put(artifact.toPath());
    }

    @Override
    public void uninstall(File artifact) {
        deployments.removed(artifact.toPath());
    }
}
