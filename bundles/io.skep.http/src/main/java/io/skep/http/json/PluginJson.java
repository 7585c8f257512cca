// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.plugin.Capability;
import java.io.IOException;

/** Writes plugins, their past, and the jobs that change them. */
public final class PluginJson {
    private PluginJson() {}

    /** A generation. */
    public static void write(JsonGenerator json, PluginStatus plugin) throws IOException {
        PluginStatus.Load load = plugin.load();
        json.writeStartObject();
        json.writeStringField("name", plugin.name());
        json.writeStringField("version", plugin.version());
        json.writeNumberField("generation", plugin.generation());
        json.writeStringField("state", plugin.state().wire());
        json.writeStringField("cause", plugin.cause());
        json.writeNumberField("sharePercent", plugin.sharePercent());
        Json.strings(
                json,
                "capabilities",
                plugin.capabilities().stream().map(Capability::id).toList());
        json.writeNumberField("inFlight", load.inFlight());
        json.writeNumberField("calls", load.calls());
        json.writeNumberField("errors", load.errors());
        json.writeNumberField("p50Micros", load.p50Micros());
        json.writeNumberField("p99Micros", load.p99Micros());
        json.writeEndObject();
    }

    /** A plugin with its past. */
    public static void write(JsonGenerator json, PluginDetail plugin) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", plugin.name());
        if (plugin.desired() != null) {
            json.writeStringField("desired", plugin.desired());
        }
        Json.strings(json, "kept", plugin.kept());
        json.writeFieldName("generations");
        Json.<PluginStatus>array(plugin.generations(), PluginJson::write).write(json);
        if (plugin.job() != null) {
            json.writeFieldName("job");
            write(json, plugin.job());
        }
        json.writeFieldName("history");
        Json.array(plugin.history(), PluginJson::entry).write(json);
        json.writeEndObject();
    }

    /** A job. */
    public static void write(JsonGenerator json, SwapJob job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id());
        json.writeStringField("plugin", job.plugin());
        json.writeStringField("kind", job.kind().wire());
        if (job.from() != null) {
            json.writeStringField("from", job.from());
        }
        if (job.to() != null) {
            json.writeStringField("to", job.to());
        }
        json.writeStringField("actor", job.actor());
        json.writeStringField("begunAt", Timestamps.text(job.begunAt()));
        json.writeFieldName("phases");
        Json.array(job.phases(), PluginJson::step).write(json);
        json.writeStringField("outcome", job.outcome().wire());
        json.writeStringField("reason", job.reason());
        json.writeNumberField("drained", job.drained());
        json.writeNumberField("parked", job.parked());
        json.writeNumberField("abandoned", job.abandoned());
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, SwapJob.Step step) throws IOException {
        json.writeStartObject();
        json.writeStringField("phase", step.phase().wire());
        json.writeNumberField("tookMillis", step.took().toMillis());
        json.writeEndObject();
    }

    private static void entry(JsonGenerator json, PluginDetail.Entry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", Timestamps.text(entry.at()));
        json.writeStringField("event", entry.event());
        json.writeStringField("actor", entry.actor());
        json.writeStringField("detail", entry.detail());
        json.writeEndObject();
    }
}
