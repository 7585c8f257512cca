// SPDX-License-Identifier: Apache-2.0

/**
 * The HTTP edge: REST, long poll, events, metrics and health, on one asynchronous whiteboard servlet. {@link
 * io.skep.http.SkepServlet} is the component; {@link io.skep.http.Api} lists every call; {@link io.skep.http.Exchange}
 * carries one request to its one answer. No thread of the container waits for a service, and no thread of a service
 * writes to a client. Configuration: PID {@code io.skep.http}.
 */
@NullMarked
package io.skep.http;

import org.jspecify.annotations.NullMarked;
