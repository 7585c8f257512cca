// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

/** Asked again and again during long work, at least every few milliseconds: the place to wait, or to stop it. */
@FunctionalInterface
public interface Pace {
    /** As fast as it goes. */
    Pace FULL = () -> {};

    /**
     * May wait.
     *
     * @throws java.util.concurrent.CancellationException if the work is not wanted any more; whoever does it lets this through
     */
    void step();
}
