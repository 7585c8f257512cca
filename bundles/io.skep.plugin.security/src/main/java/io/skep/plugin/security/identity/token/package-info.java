// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens of others: JSON Web Tokens (RFC 7519, RFC 9068, and the advice of RFC 8725) by the keys that their issuer
 * publishes, and opaque ones by asking (RFC 7662). Start at {@link io.skep.plugin.security.identity.token.JwtVerifiers}
 * and {@link io.skep.plugin.security.identity.token.Introspector}. Cryptography and the caching of keys are those of
 * Nimbus JOSE+JWT; what is accepted is decided here.
 */
@NullMarked
package io.skep.plugin.security.identity.token;

import org.jspecify.annotations.NullMarked;
