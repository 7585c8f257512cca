// SPDX-License-Identifier: Apache-2.0

/**
 * Doubles and contract tests. A log store proves itself by extending {@link io.skep.testkit.LogStoreContract}, a
 * projection by {@link io.skep.testkit.ProjectionContract}; {@link io.skep.testkit.InMemoryLogStore} and {@link
 * io.skep.testkit.InMemoryProjection} pass both and fail on demand; {@link io.skep.testkit.ManualClock} stands still
 * until it is told otherwise; {@link io.skep.testkit.FakePayloads} keeps payloads; {@link io.skep.testkit.Certificates}
 * and {@link io.skep.testkit.TlsConnection} are for TLS. Not in the distribution.
 */
@NullMarked
package io.skep.testkit;

import org.jspecify.annotations.NullMarked;
