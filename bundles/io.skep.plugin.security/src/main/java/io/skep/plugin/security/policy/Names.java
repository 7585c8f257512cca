// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.text.Normalizer;

/**
 * Names of roles, actions, resource types, scopes and rules: {@code [a-z0-9._:-]+}, at most {@value #LONGEST}
 * characters. They are compared exactly; no case is folded and no look-alike is mapped to another character. As the
 * alphabet is ASCII, a name that is legal is in NFC, and one that only NFC would make legal is refused with the rest.
 */
final class Names {
    static final int LONGEST = 128;

    private Names() {}

    static boolean isLegal(String name) {
        int length = name.length();
        if (length == 0 || length > LONGEST) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!isLegal(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':' || c == '-';
    }

    /**
     * The name, as it stands in a document.
     *
     * @throws PolicyException if it is not legal after NFC
     */
    static String checked(String path, String name) {
        String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
        if (!isLegal(composed)) {
            throw new PolicyException(
                    path, "\"" + PlainYaml.line(name) + "\" is no name; names are 1 to 128 of a-z 0-9 . _ : -");
        }
        return composed;
    }
}
