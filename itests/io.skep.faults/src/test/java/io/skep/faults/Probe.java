// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.CapabilityCall;
import io.skep.client.CapabilityAnswer;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * A call of a capability that may be made again and again, and how its answer is known to be a real one.
 *
 * @param atOnce whether it is so at any moment; else what the plugin has read of the events may lag behind
 */
record Probe(String capability, CapabilityCall call, Predicate<JsonNode> isReal, boolean atOnce) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What there is to ask about.
     *
     * @param agent that has completed {@code task}
     * @param key an API key of {@code ada}
     * @param session in which the door is said to be blue
     */
    record World(String agent, String task, String key, String session) {}

    /** One of each capability of the plan. */
    static List<Probe> all(World world) {
        String agent = "{'agent':'" + world.agent() + "'}";
        String task = "{'task':'" + world.task() + "'}";
        return List.of(
                of("extended_thinking", "think", "{}", data -> data.at("/thinking_insights/depth").asText().equals("none")),
                of("slash_commands", "execute", "{'text':'/status'}", data -> data.path("source").asText().equals("built-in")),
                of("quality_gates", "evaluate", "{'checks':[{'kind':'threshold','pointer':'/n','min':2}],'result':{'n':1}}",
                        data -> data.path("verdict").asText().equals("fail")),
                of("semantic_routing", "route_preview", "{'description':'Validates the ledger of the month'}",
                        data -> !data.path("ranking").isEmpty() && data.path("agent").asText().equals(data.at("/ranking/0/agent").asText())),
                later("agent_profiling", "profile", agent, data -> data.path("tasks").asLong() > 0),
                later("performance_learning", "status", "{}", data -> data.path("agents").asInt() > 0),
                of("oauth_auth", "authenticate", "{'token':'" + world.key() + "'}", data -> data.at("/principal/id").asText().equals("ada")),
                of("rbac_enforcement", "authorize", "{'principal':{'id':'ada','kind':'human','tenant':'default','roles':['viewer']},'action':'upgrade','type':'plugin'}",
                        data -> data.path("allowed").isBoolean() && !data.path("allowed").asBoolean()),
                of("audit_logging", "append", "{'action':'send','type':'mail','id':'m-1'}", data -> data.path("seq").asLong() > 0),
                of("atomic_updates", "add", "{'key':'plan.calls'}", data -> data.path("done").asBoolean() && data.path("value").asLong() > 0),
                of("real_time_balancing", "load", "{'skills':['validation']}", data -> data.path("best").asText().equals(world.agent())),
                later("workflow_tracking", "progress", task, data -> data.path("share").asDouble() == 1.0),
                of("agent_requests", "request", "{'skills':['validation']}", data -> data.path("agent").asText().equals(world.agent())),
                of("task_mapping", "verify", "{}", data -> data.path("drift").isInt() && data.path("drift").asInt() == 0),
                of("workload_analysis", "analyze", agent, data -> data.at("/agents/0/agent").asText().equals(world.agent())),
                later("real_time_monitoring", "figures", "{'section':'queues'}", data -> !data.at("/figures/0/unit").asText().isEmpty()),
                later("task_performance", "tasks", "{'by':'agent','name':'" + world.agent() + "'}", data -> data.at("/rows/0/completed").asLong() > 0),
                later("auto_scaling", "evaluate", "{'group':'process:helper'}", data -> data.at("/groups/0/group").asText().equals("process:helper")),
                of("lifecycle_hooks", "list", "{}", data -> data.path("events").toString().contains("task.failed")),
                of("observability", "timeline", task, data -> data.path("state").asText().equals("completed")),
                of("performance_hooks", "figures", "{}", data -> data.path("budgetP95Millis").asDouble() > 0),
                of("sleep_wake_cycles", "status", agent, data -> data.at("/agents/0/state").asText().equals("active")),
                later("context_consolidation", "recall", "{'query':'Which colour has the door?','session':'" + world.session() + "'}",
                        data -> data.at("/items/0/text").asText().contains("blue")),
                of("session_management", "items", "{'session':'" + world.session() + "'}", data -> data.at("/items/0/text").asText().contains("blue")),
                of("adaptive_balancing", "health", agent, data -> data.at("/agents/0/agent").asText().equals(world.agent())),
                of("capacity_management", "what_if", "{'arrivalsPerMinute':60,'taskMillis':4000,'slots':5}",
                        data -> data.path("utilisation").asDouble() == 0.8),
                of("resource_optimization", "policy", "{}", data -> data.path("leastSlots").asInt() > 0));
    }

    private static Probe of(String capability, String operation, String data, Predicate<JsonNode> isReal) {
        return new Probe(capability, CapabilityCall.of(capability, json(data)).operation(operation), isReal, true);
    }

    private static Probe later(String capability, String operation, String data, Predicate<JsonNode> isReal) {
        return new Probe(capability, CapabilityCall.of(capability, json(data)).operation(operation), isReal, false);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a plugin gave an answer that is a real one. */
    boolean isGood(CapabilityAnswer answer) {
        return answer.isAnswered() && isReal.test(answer.data());
    }

    CapabilityAnswer ask(SkepClient client) throws IOException, InterruptedException {
        return client.call(call);
    }
}
