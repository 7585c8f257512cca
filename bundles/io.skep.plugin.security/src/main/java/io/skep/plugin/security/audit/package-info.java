// SPDX-License-Identifier: Apache-2.0

/**
 * Proof of what was done: an append-only log of events in a SHA-256 chain, with a Merkle tree per segment and signed
 * checkpoints. Plain Java without OSGi; start at {@link io.skep.plugin.security.audit.AuditLog}. {@link
 * io.skep.plugin.security.audit.Verifier} checks the files with nothing but a Java runtime and the public key.
 *
 * <p>The directory of a log has {@code segments/FIRST.log}, one JSON event a line; {@code segments/FIRST.index}, which
 * can be made again; {@code segments/FIRST.tombstone} for a segment that was removed; {@code holds/NAME.hold}; and, there
 * or elsewhere, the checkpoints {@code FIRST-SIZE.checkpoint}. FIRST is the number of the segment's first event in 20
 * digits, SIZE how many of its events the checkpoint covers.
 */
@NullMarked
package io.skep.plugin.security.audit;

import org.jspecify.annotations.NullMarked;
