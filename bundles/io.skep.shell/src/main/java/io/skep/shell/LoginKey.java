// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Base64;

/**
 * A key pair in the forms that an SSH client and Karaf's key file read: ECDSA on P-256.
 *
 * @param privatePem PKCS #8
 * @param publicBase64 the key blob of RFC 5656, section 3.1, in base 64
 */
record LoginKey(String privatePem, String publicBase64) {
    private static final int FIELD_BYTES = 32;
    private static final byte UNCOMPRESSED = 4;
    private static final int NINE = 9;
    private static final int ONES = (1 << NINE) - 1;

    static LoginKey create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            while (!isUnderstood(((ECPublicKey) pair.getPublic()).getW())) {
                pair = generator.generateKeyPair();
            }
            return new LoginKey(
                    pem(pair.getPrivate().getEncoded()),
                    Base64.getEncoder().encodeToString(blob(((ECPublicKey) pair.getPublic()).getW())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no elliptic curve P-256", e);
        }
    }

    /**
     * Karaf 4.4.10 reads the coordinates of a stored key as signed numbers, and finds those different from the client's that
     * begin with nine ones: a login with such a key, one in 256, would be denied for ever.
     */
    static boolean isUnderstood(ECPoint point) {
        return point.getAffineX().shiftRight(FIELD_BYTES * Byte.SIZE - NINE).intValue() != ONES
                && point.getAffineY().shiftRight(FIELD_BYTES * Byte.SIZE - NINE).intValue() != ONES;
    }

    private static String pem(byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    }

    private static byte[] blob(ECPoint point) {
        ByteBuffer q = ByteBuffer.allocate(1 + 2 * FIELD_BYTES).put(UNCOMPRESSED);
        q.put(fixed(point.getAffineX())).put(fixed(point.getAffineY()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeString(out, "ecdsa-sha2-nistp256".getBytes(StandardCharsets.US_ASCII));
        writeString(out, "nistp256".getBytes(StandardCharsets.US_ASCII));
        writeString(out, q.array());
        return out.toByteArray();
    }

    private static void writeString(ByteArrayOutputStream out, byte[] value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array());
        out.writeBytes(value);
    }

    private static byte[] fixed(BigInteger coordinate) {
        byte[] signed = coordinate.toByteArray();
        byte[] fixed = new byte[FIELD_BYTES];
        int length = Math.min(signed.length, FIELD_BYTES);
        System.arraycopy(signed, signed.length - length, fixed, FIELD_BYTES - length, length);
        return fixed;
    }

    /** Without the private half, so that it does not reach a log. */
    @Override
    public String toString() {
        return "LoginKey[" + publicBase64 + "]";
    }
}
