// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

/**
 * What is aimed at, and how fast. Immutable.
 *
 * @param ageMillis how long the oldest task may wait
 * @param utilisation share of the slots that is to be in use, more than 0 and at most 1
 * @param horizonMillis how far the forecast looks ahead
 * @param stableMillis how long fewer must have been enough before there are fewer
 * @param outMillis pause after agents were added
 * @param inMillis pause after agents were taken away
 * @param stepOutPercent by how much of what there is a group grows at once at most
 * @param stepOutLeast agents by which it may grow at once in any case
 * @param stepInPercent by how much of what there is a group shrinks at once at most, but one in any case
 * @param perMinute agents that are added to a group within a minute at most
 */
record Targets(
        long ageMillis,
        double utilisation,
        long horizonMillis,
        long stableMillis,
        long outMillis,
        long inMillis,
        int stepOutPercent,
        int stepOutLeast,
        int stepInPercent,
        int perMinute) {}
