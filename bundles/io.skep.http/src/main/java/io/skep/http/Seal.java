// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a node says of a call that it hands on: for whom it is meant, where the caller is, and how the caller called this
 * place. It is signed together with the call and its credentials (HMAC-SHA-256) with a secret that the nodes share and
 * that is never sent; so nobody else can say where they are, and a seal of one call is good for no other.
 *
 * @param target id of the node that it is meant for
 * @param isLocal whether the caller came in by a loopback address of the first node
 * @param address of the caller's machine, as text
 * @param origin scheme, host and port as the caller called them
 */
record Seal(String target, boolean isLocal, String address, String origin) {
    /** The header that carries it; from anybody but a node it is refused. */
    static final String HEADER = "Skep-Forwarded";

    private static final String VERSION = "1";
    private static final String LOCAL = "local";
    private static final String REMOTE = "remote";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int PARTS = 6;

    /** The value of the header for a call. */
    String sign(byte[] secret, HttpServletRequest request) {
        String said = String.join(" ", VERSION, target, isLocal ? LOCAL : REMOTE, address, origin);
        return said + ' ' + HexFormat.of().formatHex(mac(secret, said, request));
    }

    /**
     * Reads the header of a call that another node handed on.
     *
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN} if the secret's holder did not sign it for this call
     */
    static Seal open(String header, byte[] secret, HttpServletRequest request) {
        int end = header.lastIndexOf(' ');
        String[] parts = header.split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals(VERSION)) {
            throw refused();
        }
        byte[] shown = header.substring(end + 1).getBytes(StandardCharsets.US_ASCII);
        byte[] right = HexFormat.of()
                .formatHex(mac(secret, header.substring(0, end), request))
                .getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(right, shown)) {
            throw refused();
        }
        return new Seal(parts[1], parts[2].equals(LOCAL), parts[3], parts[4]);
    }

    /** Of a call that says it was handed on, and nothing shows that a node did it. */
    static Refusal refused() {
        return Refusal.of(
                Refusal.Reason.FORBIDDEN,
                "the header " + HEADER + " is for the nodes of a cluster, and this one was not made with the secret of"
                        + " this node");
    }

    private static byte[] mac(byte[] secret, String said, HttpServletRequest request) {
        String query = request.getQueryString();
        String signed = said
                + '\n'
                + request.getMethod()
                + '\n'
                + request.getRequestURI()
                + '\n'
                + (query == null ? "" : query)
                + '\n'
                + String.join("\n", Collections.list(request.getHeaders("Authorization")));
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
