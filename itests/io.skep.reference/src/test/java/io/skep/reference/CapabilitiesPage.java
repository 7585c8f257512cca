// SPDX-License-Identifier: Apache-2.0
package io.skep.reference;

import static io.skep.reference.Markdown.literal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Need;
import io.skep.api.plugin.Operation;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What can be called: a page for each plugin, and one that names all. */
final class CapabilitiesPage {
    /** The plugins in the order of the plan, with the bundles that they are in. */
    static final Map<String, String> PLUGINS = plugins();

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

    private CapabilitiesPage() {}

    private static Map<String, String> plugins() {
        Map<String, String> plugins = new LinkedHashMap<>();
        plugins.put("enhanced-workflow", "io.skep.plugin.workflow");
        plugins.put("context-routing", "io.skep.plugin.routing");
        plugins.put("security", "io.skep.plugin.security");
        plugins.put("shared-state", "io.skep.plugin.sharedstate");
        plugins.put("task-coordination", "io.skep.plugin.coordination");
        plugins.put("performance-monitoring", "io.skep.plugin.monitoring");
        plugins.put("hooks", "io.skep.plugin.hooks");
        plugins.put("context-management", "io.skep.plugin.context");
        plugins.put("load-balancing", "io.skep.plugin.loadbalancing");
        return plugins;
    }

    /** What a plugin offers, as it says it when it is asked. */
    static List<Capability> offered(String plugin) {
        try {
            Field offer = Code.load(PLUGINS.get(plugin) + ".Offer").getDeclaredField("CAPABILITIES");
            offer.setAccessible(true);
            List<Capability> capabilities = new ArrayList<>();
            for (Object capability : (List<?>) offer.get(null)) {
                capabilities.add((Capability) capability);
            }
            return capabilities;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(plugin + " keeps its offer elsewhere", e);
        }
    }

    static Map<String, String> write() {
        Map<String, String> pages = new LinkedHashMap<>();
        Markdown all = new Markdown(
                "Capabilities",
                "What the nine plugins offer, each operation by `POST /api/v1/capabilities/ID` and `capability:call`.");
        PLUGINS.keySet().forEach(plugin -> {
            all.heading(2, "[" + plugin + "](capabilities-" + plugin + ".md)");
            List<List<String>> rows = new ArrayList<>();
            for (Capability capability : offered(plugin)) {
                for (Operation operation : capability.operations()) {
                    rows.add(List.of(
                            literal(capability.id()),
                            literal(operation.name()),
                            literal(operation.shellCommand() == null ? "" : operation.shellCommand()),
                            operation.summary()));
                }
            }
            all.table(List.of("capability", "operation", "shell", "what it does"), rows);
            pages.put("capabilities-" + plugin + ".md", page(plugin));
        });
        pages.put("capabilities.md", all.toString());
        return pages;
    }

    private static String page(String plugin) {
        Markdown page = new Markdown(
                "Capabilities of " + plugin,
                "Inputs and outputs are described as JSON Schema (2020-12), read from the records that they become. An operation"
                        + " without\na name in a call is the first of its capability.");
        for (Capability capability : offered(plugin)) {
            page.heading(2, capability.id());
            capability.operations().forEach(operation -> describe(page, operation));
        }
        return page.toString();
    }

    private static void describe(Markdown page, Operation operation) {
        page.heading(3, operation.name()).paragraph(operation.summary() + ".");
        List<List<String>> facts = new ArrayList<>();
        if (operation.shellCommand() != null) {
            facts.add(List.of("shell", literal(operation.shellCommand())));
        }
        facts.add(List.of("changes something", operation.sideEffectFree() ? "no" : "yes"));
        facts.add(List.of("may be done twice", operation.idempotent() || operation.sideEffectFree() ? "yes" : "no"));
        facts.add(List.of("timeout", operation.timeout().toMillis() + " ms"));
        facts.add(List.of("while nobody offers it", gap(operation)));
        facts.add(List.of("needs", need(operation.need())));
        page.table(List.of("", ""), facts);
        page.paragraph("Input:").code("json", pretty(Shapes.of(operation.input())));
        page.paragraph("Output:").code("json", pretty(Shapes.of(operation.output())));
        page.paragraph("For example:").code("json", String.join("\n", operation.examples()));
    }

    private static String gap(Operation operation) {
        return operation.whenAbsent().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String need(Need need) {
        return literal(need.action() + ' ' + need.resource())
                + (need.agents() ? ", agents too" : "")
                + (need.isNarrowable() ? ", kept to the caller's tenant" : "");
    }

    private static String pretty(JsonNode json) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(LINES);
        try {
            return JSON.writer(printer).writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
