// SPDX-License-Identifier: Apache-2.0

/**
 * The capability {@code slash_commands}. {@link io.skep.plugin.workflow.slash.Line} reads what was typed, {@link
 * io.skep.plugin.workflow.slash.Catalogue} knows the commands (built into Java, shipped as Markdown, found in two
 * directories), {@link io.skep.plugin.workflow.slash.SlashCommands} carries them out.
 */
@NullMarked
package io.skep.plugin.workflow.slash;

import org.jspecify.annotations.NullMarked;
