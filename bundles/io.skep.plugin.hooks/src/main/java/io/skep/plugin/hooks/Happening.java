// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.skep.api.event.Event;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens or has happened, as hooks get it. Immutable.
 *
 * @param id the same whenever the same is delivered, so that a receiver can drop doubles
 * @param at when
 * @param type of it
 * @param subject to what it happened
 * @param cause why, in words
 * @param agent that it concerns, or null
 * @param token the number of the attempt, or 0
 * @param task that it concerns, as it stands now, or null
 */
record Happening(
        String id,
        Instant at,
        String type,
        String subject,
        String cause,
        @Nullable String agent,
        long token,
        @Nullable Task task) {

    /** An event, with its task if it is one of a task that was found. */
    static Happening of(Event event, @Nullable Task task) {
        return new Happening(
                id(event),
                event.at(),
                event.type(),
                event.subject(),
                event.cause(),
                event.agent(),
                event.token(),
                task);
    }

    /** The shard and the number in it. */
    static String id(Event event) {
        return String.format(Locale.ROOT, "%02x-%d", event.shard(), event.seq());
    }

    /** The question of a checkpoint. */
    static Happening of(Stage stage, Task task, Instant now) {
        String type = stage == Stage.BEFORE ? EventNames.BEFORE_START : EventNames.BEFORE_COMPLETION;
        String agent = task.attempts().isEmpty()
                ? null
                : task.attempts().get(task.attempts().size() - 1).agent();
        return new Happening(
                task.id() + ':' + stage.wire() + ':' + task.token(),
                now,
                type,
                task.id(),
                task.cause(),
                agent,
                task.token(),
                task);
    }

    /** What a pattern is looked for in. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        texts.add(cause);
        if (task != null) {
            texts.add(task.spec().description());
            if (task.spec().input() != null) {
                texts.add(task.spec().input());
            }
            if (task.result() != null) {
                texts.add(task.result());
            }
        }
        return texts;
    }

    /** As hooks get it; with input and result of the task for those before something. */
    ObjectNode json(String hook, Codec codec) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("type", type)
                .put("time", at.toString())
                .put("subject", subject)
                .put("cause", cause)
                .put("hook", hook);
        if (agent != null) {
            json.put("agent", agent);
        }
        if (token > 0) {
            json.put("attempt", token);
        }
        if (task != null) {
            json.set("task", task(task, codec));
        }
        return json;
    }

    private ObjectNode task(Task of, Codec codec) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", of.id())
                .put("description", of.spec().description())
                .put("tenant", of.spec().tenant())
                .put("priority", of.spec().priority())
                .put("state", of.state().wire());
        of.spec().skills().stream().sorted().forEach(json.withArray("skills")::add);
        if (of.spec().name() != null) {
            json.put("name", of.spec().name());
        }
        if (of.spec().owner() != null) {
            json.put("owner", of.spec().owner());
        }
        if (of.spec().parent() != null) {
            json.put("parent", of.spec().parent());
        }
        if (EventNames.isBefore(type)) {
            set(json, "input", of.spec().input(), codec);
            set(json, "result", of.result(), codec);
        }
        return json;
    }

    private static void set(ObjectNode json, String name, @Nullable String text, Codec codec) {
        if (text != null) {
            json.set(name, value(text, codec));
        }
    }

    private static JsonNode value(String text, Codec codec) {
        try {
            return codec.tree("it", text);
        } catch (Declination words) {
            return TextNode.valueOf(text);
        }
    }
}
