/**
 * The plugin {@code ${plugin}}. Start at {@link ${package}.${className}Plugin}, which decodes, delegates and encodes; the
 * work is done by {@link ${package}.${className}}.
 */
package ${package};
