// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

/** A policy document that is not taken. The message names the place and the problem in one line. */
public final class PolicyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String path;

    PolicyException(String path, String problem) {
        super(path.isEmpty() ? "the policy " + problem : path + ": " + problem);
        this.path = path;
    }

    /** The place in the document, such as {@code roles.operator.grants[2].actions[0]}; empty for the whole of it. */
    public String path() {
        return path;
    }
}
