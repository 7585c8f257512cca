// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyTextTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void text_saysWhatItIs() {
        KeyText key = KeyText.random(KeyText.API_KEY, "admin", random);

        assertThat(key.text()).matches("skep_admin_[0-9A-Za-z]{49}");
        assertThat(KeyText.parse(key.text())).contains(key);
        assertThat(key.toString()).doesNotContain(key.secret());
    }

    @Test
    void idsAndSecrets_areNeverTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = KeyText.randomId(random);
            assertThat(id).matches("[0-9a-v]{16}");
            assertThat(seen.add(id)).isTrue();
            assertThat(seen.add(
                            KeyText.random(KeyText.CLIENT_SECRET, id, random).secret()))
                    .isTrue();
        }
    }

    @Test
    void anyChange_isSeenByTheCheck() {
        Random choice = new Random(11);
        for (int i = 0; i < 2000; i++) {
            String text = KeyText.random(KeyText.API_KEY, KeyText.randomId(random), random)
                    .text();
            int at = 5 + choice.nextInt(text.length() - 5);
            char other = text.charAt(at) == 'a' ? 'b' : 'a';
            String changed = text.substring(0, at) + other + text.substring(at + 1);
            assertThat(KeyText.parse(changed)).as("%s at %d", text, at).isEmpty();
        }
    }

    @Test
    void otherText_isNone() {
        String text = KeyText.random(KeyText.API_KEY, "a", random).text();
        for (String wrong : new String[] {
            "",
            "skep_",
            "skep__",
            text + "x",
            " " + text,
            text + "\n",
            text.substring(1),
            text.toUpperCase(Locale.ROOT),
            text.replace("skep_", "skip_"),
            text.replace('_', '-'),
            "skep_" + "a".repeat(500)
        }) {
            assertThat(KeyText.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
