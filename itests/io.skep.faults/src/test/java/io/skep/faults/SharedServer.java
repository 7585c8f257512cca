// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one running server, which all of them share since a start takes seconds. */
final class SharedServer implements ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(SharedServer.class);

    /** Closed by JUnit when the last test has ended. */
    private static Instance started() {
        try {
            Instance instance = Instance.fresh("shared");
            instance.server().start(Instance.START);
            return instance;
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException("The shared server did not start", e);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Instance.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(OURS).getOrComputeIfAbsent("server", key -> started(), Instance.class);
    }
}
