// SPDX-License-Identifier: Apache-2.0
/**
 * What the distribution is made of. {@link io.skep.shipped.Shipped} reads every jar in it, also those within bundles, and
 * writes {@code sbom.cdx.json} (CycloneDX) and {@code THIRD-PARTY.txt}. What jars do not say of themselves is in
 * {@code known.tsv}. A part whose licence nobody knows fails the build.
 */
@NullMarked
package io.skep.shipped;

import org.jspecify.annotations.NullMarked;
