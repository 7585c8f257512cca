// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

/**
 * Where a log goes on.
 *
 * @param first number of the first event of the segment that grows
 * @param prev hash of the last event
 * @param bytes of the segment
 * @param tree of the segment
 * @param index of the segment
 * @param signed events of the segment that its last checkpoint covers; -1 if it has none
 * @param cut bytes of an incomplete last line that were cut off; 0 if there was none
 */
record Recovered(long first, String prev, long bytes, MerkleFrontier tree, SegmentIndex index, long signed, long cut) {}
