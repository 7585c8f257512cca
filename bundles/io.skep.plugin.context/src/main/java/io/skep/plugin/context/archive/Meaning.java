// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

/** The vector of a question, and whose it is. */
record Meaning(String model, float[] vector) {}
