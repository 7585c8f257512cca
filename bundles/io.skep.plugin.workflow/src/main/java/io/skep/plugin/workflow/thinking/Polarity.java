// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a statement is about, and whether it is for or against it. Each word of denial (<i>not, never, without</i>), and each
 * word whose opposite is known (<i>avoid</i> for <i>use</i>, <i>decrease</i> for <i>increase</i>), turns it round; the
 * topic is the text without the former and with the opposite in place of the latter. So two statements contradict each other
 * when their topics are alike and one is against. Words only, in English: irony and long chains of reasons are beyond it.
 *
 * @param topic what it is about
 * @param against whether it is against it
 */
record Polarity(String topic, boolean against) {
    private static final Set<String> DENIALS = Set.of(
            ("not no never without dont doesnt didnt cannot cant wont shouldnt isnt arent mustnt neither nor hardly"
                            + " nobody nothing none")
                    .split(" "));
    private static final Set<String> NO_DENIAL_BEFORE =
            Set.of("only", "just", "merely", "necessarily", "least", "later");
    private static final Map<String, String> OPPOSITES = opposites(
            "avoid use",
            "reject accept",
            "deny allow",
            "forbid allow",
            "prohibit allow",
            "disable enable",
            "decrease increase",
            "reduce increase",
            "shrink increase",
            "remove add",
            "delete keep",
            "drop keep",
            "unsafe safe",
            "insecure secure",
            "impossible possible",
            "unnecessary necessary",
            "useless useful",
            "slower faster",
            "slow fast",
            "worse better",
            "bad good",
            "less more",
            "fewer more",
            "after before",
            "asynchronous synchronous",
            "async sync",
            "stateless stateful",
            "discourage recommend",
            "unreliable reliable",
            "incompatible compatible",
            "wrong right",
            "false true",
            "stop start",
            "private public",
            "optional required",
            "mutable immutable",
            "pessimistic optimistic",
            "vertical horizontal");

    private static Map<String, String> opposites(String... pairs) {
        Map<String, String> opposites = new HashMap<>();
        for (String pair : pairs) {
            String[] words = pair.split(" ");
            opposites.put(Terms.stem(words[0]), words[1]);
        }
        return Map.copyOf(opposites);
    }

    static Polarity of(String text) {
        List<String> words = Terms.words(text);
        StringBuilder topic = new StringBuilder();
        boolean against = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String opposite = OPPOSITES.get(Terms.stem(word));
            boolean denies =
                    DENIALS.contains(word) && (i + 1 == words.size() || !NO_DENIAL_BEFORE.contains(words.get(i + 1)));
            against ^= denies || opposite != null;
            if (!denies) {
                topic.append(topic.isEmpty() ? "" : " ").append(opposite == null ? word : opposite);
            }
        }
        return new Polarity(topic.toString(), against);
    }
}
