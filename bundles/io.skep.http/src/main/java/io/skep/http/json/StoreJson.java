// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.admin.StoreJob;
import io.skep.api.store.StoreStatus;
import java.io.IOException;
import java.util.List;

/** Writes how the store stands, and what is done with it. */
public final class StoreJson {
    private StoreJson() {}

    /** The store with its most recent jobs. */
    public static void write(JsonGenerator json, StoreStatus store, List<StoreJob> jobs) throws IOException {
        json.writeStartObject();
        json.writeStringField("directory", store.directory().toString());
        json.writeStringField("backups", store.backups().toString());
        json.writeNumberField("diskFreeBytes", store.diskFreeBytes());
        json.writeFieldName("files");
        Json.<StoreStatus.File>array(store.files(), StoreJson::write).write(json);
        json.writeFieldName("jobs");
        Json.<StoreJob>array(jobs, StoreJson::write).write(json);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, StoreStatus.File file) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", file.name());
        json.writeNumberField("bytes", file.bytes());
        json.writeNumberField("walBytes", file.walBytes());
        json.writeNumberField("freeBytes", file.freeBytes());
        json.writeEndObject();
    }

    /** A job. */
    public static void write(JsonGenerator json, StoreJob job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id());
        json.writeStringField("kind", job.kind().wire());
        json.writeStringField("actor", job.actor());
        json.writeStringField("startedAt", Json.text(job.startedAt()));
        if (job.endedAt() != null) {
            json.writeStringField("endedAt", Json.text(job.endedAt()));
        }
        json.writeStringField("step", job.step());
        json.writeNumberField("done", job.done());
        json.writeNumberField("total", job.total());
        if (job.result() != null) {
            json.writeStringField("result", job.result());
        }
        if (job.error() != null) {
            json.writeStringField("error", job.error());
        }
        json.writeEndObject();
    }
}
