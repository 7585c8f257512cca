// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling. Start at {@link io.skep.plugin.security.identity.edge.Authenticator}, which turns a credential into a
 * {@link io.skep.plugin.security.identity.Verdict}; these are the words that all parts of it share.
 *
 * <ul>
 *   <li>{@code token}: JSON Web Tokens of OpenID providers, and opaque tokens by introspection
 *   <li>{@code local}: our own clients, API keys, signing keys and revocations, for a server without a provider
 *   <li>{@code guard}: limits of rate, and locks against guessing
 *   <li>{@code edge}: the whole, with the cache of verified tokens
 * </ul>
 *
 * <p>Plain Java without an OSGi import; thread-safe; time comes from a clock that is given. EdDSA is left out: of the
 * libraries in use it would need Tink, another 2 MB in the bundle, for an algorithm that no common provider signs
 * access tokens with by default.
 */
@NullMarked
package io.skep.plugin.security.identity;

import org.jspecify.annotations.NullMarked;
