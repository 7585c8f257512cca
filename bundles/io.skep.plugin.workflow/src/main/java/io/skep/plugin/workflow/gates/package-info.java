// SPDX-License-Identifier: Apache-2.0

/**
 * The capability {@code quality_gates}. A {@link io.skep.plugin.workflow.gates.GateSpec} says what is checked; {@link
 * io.skep.plugin.workflow.base.Versions} keeps its versions. What can be judged at once is ({@link
 * io.skep.plugin.workflow.gates.QuickChecks}); programs, reviewers and people take their time, and {@link
 * io.skep.plugin.workflow.gates.Engine} carries their evaluations through swaps and restarts in a {@link
 * io.skep.plugin.workflow.gates.Ledger}.
 */
@NullMarked
package io.skep.plugin.workflow.gates;

import org.jspecify.annotations.NullMarked;
