// SPDX-License-Identifier: Apache-2.0

/**
 * Tasks: what submitters and agents say and see. Start at {@link io.skep.api.task.TaskService} (submitters) and {@link
 * io.skep.api.task.AttemptService} (agents).
 */
@Export
@NullMarked
@Version("1.2.0")
package io.skep.api.task;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
