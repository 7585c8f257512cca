// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import java.util.Base64;

/**
 * A JWS in compact form (RFC 7515 §7.1), taken apart and read strictly, its signature not verified yet.
 *
 * @param signed what the signature is over: header and claims as they came
 * @param headerPart the header as it came
 * @param signature as it came; may be empty
 * @param header the header read
 * @param claims the claims read
 */
record Compact(String signed, String headerPart, String signature, ObjectNode header, ObjectNode claims) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /**
     * Whether a credential means to be a JWT: of three or more parts, or with a first one that begins as an object does in
     * base64url. Such a token is never sent to an introspection endpoint.
     */
    static boolean looksLike(String credential) {
        int dot = credential.indexOf('.');
        if (dot < 0) {
            return false;
        }
        boolean object = credential.startsWith("ey") || credential.startsWith("ew") || credential.startsWith("e3");
        return object || credential.indexOf('.', dot + 1) >= 0;
    }

    /**
     * Takes it apart.
     *
     * @throws RefusedException if it is no JWS in compact form
     */
    static Compact parse(String token) throws RefusedException {
        long dots = token.chars().filter(c -> c == '.').count();
        if (dots == 4) {
            throw new RefusedException(Refusal.ENCRYPTED);
        }
        if (dots != 2) {
            throw new RefusedException(Refusal.MALFORMED);
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        String headerPart = token.substring(0, first);
        String signature = token.substring(second + 1);
        if (!signature.isEmpty()) {
            check(signature);
        }
        return new Compact(
                token.substring(0, second),
                headerPart,
                signature,
                StrictJson.object(decode(headerPart)),
                StrictJson.object(decode(token.substring(first + 1, second))));
    }

    private static byte[] decode(String part) throws RefusedException {
        check(part);
        return Base64.getUrlDecoder().decode(part);
    }

    /**
     * Takes the one way to write bytes, without padding and with the unused bits of the last character zero: else one token
     * could be written in many ways.
     */
    private static void check(String part) throws RefusedException {
        int unused = switch (part.length() % 4) {
            case 0 -> 0;
            case 2 -> 0b1111;
            case 3 -> 0b11;
            default -> -1;
        };
        boolean right = !part.isEmpty() && unused >= 0 && part.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
        if (!right || (ALPHABET.indexOf(part.charAt(part.length() - 1)) & unused) != 0) {
            throw new RefusedException(Refusal.MALFORMED);
        }
    }
}
