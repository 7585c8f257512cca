// SPDX-License-Identifier: Apache-2.0

/**
 * Local programs as agents. Each file {@code etc/io.skep.agent.process-NAME.cfg} is an agent ({@link
 * io.skep.agent.process.ProcessAgent}); its tasks are done by runs of one command line ({@link
 * io.skep.agent.process.ProgramRun}). {@link io.skep.agent.process.ProcessSupervisor} owns the agents, their programs and
 * all threads: one for timers, and up to three for each program while it runs. {@code docs/agents.md} describes the file
 * and what is ended when.
 */
@NullMarked
package io.skep.agent.process;

import org.jspecify.annotations.NullMarked;
