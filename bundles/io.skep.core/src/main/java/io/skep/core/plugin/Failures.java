// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What was thrown, in words. */
public final class Failures {
    private Failures() {}

    /** The kind of the failure and its message, without the wrapping of stages. */
    public static String describe(Throwable failure) {
        Throwable cause = (failure instanceof CompletionException || failure instanceof ExecutionException)
                        && failure.getCause() != null
                ? failure.getCause()
                : failure;
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + message;
    }
}
