// SPDX-License-Identifier: Apache-2.0

/**
 * HTTP by TLS, beside the listener of the container, with a certificate that is replaced while connections go on. Start at
 * {@link io.skep.http.tls.TlsComponent}; {@link io.skep.http.tls.TlsListener} looks after the files.
 */
@NullMarked
package io.skep.http.tls;

import org.jspecify.annotations.NullMarked;
