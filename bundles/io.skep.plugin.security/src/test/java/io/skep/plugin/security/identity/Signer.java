// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;

/** A provider's key, and tokens signed with it, right ones and wrong ones. */
public final class Signer {
    private final JWK key;
    private final JWSSigner signer;

    private Signer(JWK key, JWSSigner signer) {
        this.key = key;
        this.signer = signer;
    }

    /** With a new RSA key of 2048 bits. */
    public static Signer rsa(String kid) {
        return rsa(kid, 2048);
    }

    /** With a new RSA key. */
    public static Signer rsa(String kid, int bits) {
        try {
            RSAKey key = new RSAKeyGenerator(bits, bits < 2048).keyID(kid).generate();
            return new Signer(
                    key, new RSASSASigner(key, bits < 2048 ? Set.of(AllowWeakRSAKey.getInstance()) : Set.of()));
        } catch (JOSEException cannot) {
            throw new AssertionError(cannot);
        }
    }

    /** With a new key on P-256. */
    public static Signer ec(String kid) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
            return new Signer(key, new ECDSASigner(key));
        } catch (JOSEException cannot) {
            throw new AssertionError(cannot);
        }
    }

    /** With a new key on Ed25519, signed with by the Java platform. */
    public static Signer ed(String kid) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            OctetKeyPair key = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(point))
                    .keyID(kid)
                    .build();
            return new Signer(key, new Edwards(pair.getPrivate()));
        } catch (GeneralSecurityException cannot) {
            throw new AssertionError(cannot);
        }
    }

    /** Signs as the issuer's own library does verifies. */
    private static final class Edwards extends BaseJWSProvider implements JWSSigner {
        private final PrivateKey key;

        Edwards(PrivateKey key) {
            super(Set.of(JWSAlgorithm.EdDSA));
            this.key = key;
        }

        @Override
        public Base64URL sign(JWSHeader header, byte[] input) throws JOSEException {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(key);
                signature.update(input);
                return Base64URL.encode(signature.sign());
            } catch (GeneralSecurityException cannot) {
                throw new JOSEException("it cannot be signed", cannot);
            }
        }
    }

    public JWK key() {
        return key;
    }

    public String kid() {
        return key.getKeyID();
    }

    /** Header and claims as they are, signed with the algorithm. */
    public String sign(JWSAlgorithm algorithm, String header, String claims) {
        return signParts(algorithm, encode(header), encode(claims));
    }

    /** Parts that may be no base64url of JSON, signed. */
    public String signParts(JWSAlgorithm algorithm, String header, String claims) {
        try {
            String signed = header + "." + claims;
            Base64URL signature =
                    signer.sign(new JWSHeader.Builder(algorithm).build(), signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + signature;
        } catch (JOSEException cannot) {
            throw new AssertionError(cannot);
        }
    }

    /** Claims under the header that an access token has. */
    public String sign(JWSAlgorithm algorithm, String claims) {
        return sign(algorithm, "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid() + "\"}", claims);
    }

    /** Claims under the header that an access token has, by RS256. */
    public String sign(String claims) {
        return sign(JWSAlgorithm.RS256, claims);
    }

    /** Signed with a secret of HMAC. */
    public static String hmac(byte[] secret, String header, String claims) {
        try {
            JWSObject object = new JWSObject(JWSHeader.parse(header), new Payload(claims));
            object.sign(new MACSigner(secret));
            return object.serialize();
        } catch (JOSEException | ParseException cannot) {
            throw new AssertionError(cannot);
        }
    }

    public static String encode(String text) {
        return Base64URL.encode(text).toString();
    }

    /** An id that was never used. */
    public static String fresh() {
        return UUID.randomUUID().toString();
    }
}
