// SPDX-License-Identifier: Apache-2.0

/**
 * Alerts: rules over figures ({@link io.skep.plugin.monitoring.alerts.Rule}), what becomes of them ({@link
 * io.skep.plugin.monitoring.alerts.Alerts}), and their way to whoever is to know ({@link
 * io.skep.plugin.monitoring.alerts.Deliveries}).
 */
@NullMarked
package io.skep.plugin.monitoring.alerts;

import org.jspecify.annotations.NullMarked;
