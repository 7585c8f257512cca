// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.ArrayList;
import java.util.List;

/** By what an event is found, other than its time. */
final class Terms {
    private Terms() {}

    static List<String> of(String actor, String action, String type, String id, String outcome) {
        List<String> terms = new ArrayList<>(List.of(actor(actor), action(action), type(type), outcome(outcome)));
        if (!id.isEmpty()) {
            terms.add(object(type, id));
        }
        return terms;
    }

    static String actor(String id) {
        return "a:" + id;
    }

    static String action(String action) {
        return "c:" + action;
    }

    static String type(String type) {
        return "t:" + type;
    }

    static String object(String type, String id) {
        return "o:" + type + ' ' + id;
    }

    static String outcome(String code) {
        return "r:" + code;
    }
}
