// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

/**
 * An item that fits a question.
 *
 * @param session where it is
 * @param number which it is
 * @param score by which found items are ordered; comparable within one answer only
 * @param words the part of it that the words have, 0 to 1
 * @param meaning the part of it that the meaning has, at most {@link Archive#MEANING}; 0 without an encoder
 */
public record Found(String session, long number, double score, double words, double meaning) {}
