// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling, answered. Start at {@link io.skep.plugin.security.identity.edge.Authenticator}; {@link
 * io.skep.plugin.security.identity.edge.Identity} puts all parts together.
 */
@NullMarked
package io.skep.plugin.security.identity.edge;

import org.jspecify.annotations.NullMarked;
