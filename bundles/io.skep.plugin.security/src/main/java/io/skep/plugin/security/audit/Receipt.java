// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

/**
 * That an event is durable.
 *
 * @param seq its number in the log, from 1 without gaps
 * @param hash its hash in the chain, in hex
 */
public record Receipt(long seq, String hash) {}
