// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Whatever a document says, it is taken, or refused in one line. */
final class PolicyFuzzTest {
    private static final PolicyLimits LIMITS = new PolicyLimits(4000, 500, 8, 100, 16, 1000, 16);
    private static final int LONGEST_MESSAGE = 4000 + 400;

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    @FuzzTest
    void yaml_isMapsListsAndTexts_withinItsLimits(byte[] data) {
        try {
            Object read = PlainYaml.read(text(data), LIMITS);
            assertThat(parts(read, 0)).isLessThanOrEqualTo(LIMITS.parts());
        } catch (PolicyException refused) {
            assertOneLine(refused.getMessage());
        }
    }

    /** Counts the parts of a document, and checks that there are none but these. */
    private static int parts(Object value, int levels) {
        assertThat(levels).isLessThanOrEqualTo(LIMITS.levels());
        if (value instanceof Map<?, ?> map) {
            int parts = 1 + map.size();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                assertThat(entry.getKey()).isInstanceOf(String.class);
                parts += parts(entry.getValue(), levels + 1);
            }
            return parts;
        }
        if (value instanceof List<?> list) {
            return 1 + list.stream().mapToInt(entry -> parts(entry, levels + 1)).sum();
        }
        assertThat(value).isInstanceOf(String.class);
        return 1;
    }

    @FuzzTest
    void document_isAPolicy_orRefused(byte[] data) {
        Policy policy;
        try {
            policy = Policy.of(text(data), PolicyLimits.DEFAULT);
        } catch (PolicyException refused) {
            assertOneLine(refused.getMessage());
            return;
        }
        assertThat(policy.roles()).containsAll(Policy.seeded().roles().toList());
        Subject nobody = new Subject("ann", "blue", List.of(), null);
        Subject everybody = new Subject("ann", "blue", policy.roles().toList(), null);
        Context context = new Context(Policies.NOON, Policies.address("10.0.0.1"));
        for (String type : policy.resourceTypes().limit(30).toList()) {
            Resource resource = new Resource(type, "1", "blue", "ann");
            for (String action : policy.actions().limit(40).toList()) {
                assertThat(policy.decide(nobody, action, resource, context).allowed())
                        .isFalse();
                Decision decision = policy.decide(everybody, action, resource, context);
                assertThat(policy.explain(everybody, action, resource, context).decision())
                        .isEqualTo(decision);
            }
        }
    }

    @FuzzTest
    void range_isOfAddresses_orRefused(byte[] data) throws Exception {
        String text = text(data);
        try {
            Cidr range = Cidr.of(text);
            assertThat(range.toString()).isEqualTo(text);
            assertThat(range.contains(InetAddress.getByName(text.substring(0, text.indexOf('/')))))
                    .isTrue();
        } catch (IllegalArgumentException refused) {
            assertOneLine(refused.getMessage());
        }
    }

    private static void assertOneLine(String message) {
        assertThat(message).isNotBlank().doesNotContain("\n").hasSizeLessThan(LONGEST_MESSAGE);
    }
}
