// SPDX-License-Identifier: Apache-2.0
/**
 * Identities of our own, for a server without a provider: clients with secrets that get short tokens (OAuth 2.0 client
 * credentials, RFC 6749 §4.4), API keys, the keys that sign, and what was revoked. Start at {@link
 * io.skep.plugin.security.identity.local.LocalIdentities}. All is kept in a {@link
 * io.skep.plugin.security.identity.local.KeyStore} and answered from memory; a change is in force once it is kept, and
 * a revocation at once.
 */
@NullMarked
package io.skep.plugin.security.identity.local;

import org.jspecify.annotations.NullMarked;
