// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.List;

/**
 * An event, ready for the log.
 *
 * @param body its members in canonical JSON without the opening brace, in UTF-8
 * @param millis when it happened, of the epoch
 * @param terms by which it is found, see {@link Terms}
 */
record Entry(byte[] body, long millis, List<String> terms) {}
