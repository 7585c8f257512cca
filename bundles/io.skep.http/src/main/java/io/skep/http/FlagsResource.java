// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags;
import io.skep.http.json.FlagJson;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Which capabilities are switched on, and for whom. Thread-safe. */
final class FlagsResource {
    CompletionStage<Answer> list(Call call) {
        boolean legacyMode = flags(call).legacyMode();
        List<Flags.Flag> flags = flags(call).list();
        return Answer.json(200, json -> FlagJson.write(json, legacyMode, flags)).now();
    }

    CompletionStage<Answer> set(Call call) {
        if (!call.id().matches("[a-z][a-z0-9_]{0,63}")) {
            throw Refusal.invalid("id", "a capability's id has only lower case letters, digits and underscores");
        }
        FlagRule rule = rule(call.body(FlagJson::rule));
        return flags(call)
                .set(call.id(), rule, call.actor())
                .thenApply(flag -> Answer.json(200, json -> FlagJson.write(json, flag)));
    }

    CompletionStage<Answer> setLegacyMode(Call call) {
        String rule = call.body(FlagJson::rule);
        if (!rule.equals("on") && !rule.equals("off")) {
            throw Refusal.invalid("rule", "legacy mode is on or off");
        }
        return flags(call)
                .setLegacyMode(rule.equals("on"), call.actor())
                .thenApply(on -> Answer.json(200, json -> FlagJson.write(json, on)));
    }

    private static FlagRule rule(String text) {
        try {
            return FlagRule.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("rule", String.valueOf(e.getMessage()));
        }
    }

    private static Flags flags(Call call) {
        return call.services().flags();
    }
}
