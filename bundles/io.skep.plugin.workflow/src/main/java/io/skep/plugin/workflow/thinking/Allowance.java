// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

/**
 * What thinking at one depth may use.
 *
 * @param participants agents that are asked, at most
 * @param seconds how long they have
 * @param tokens all of them together; 0 for no limit of its own
 * @param costMicros all of them together, in millionths of money; 0 for no limit of its own
 */
record Allowance(int participants, int seconds, long tokens, long costMicros) {}
