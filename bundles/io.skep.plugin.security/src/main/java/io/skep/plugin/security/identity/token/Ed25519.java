// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Verifies EdDSA with Ed25519 (RFC 8037) by the Java platform, as the library's own verifier needs another library for it.
 * Thread-safe.
 */
final class Ed25519 extends BaseJWSProvider implements JWSVerifier {
    private static final String NAME = "Ed25519";
    private static final int BYTES = 32;
    /** What comes before the key itself in its X.509 form (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final EdECPublicKey key;

    Ed25519(EdECPublicKey key) {
        super(Set.of(JWSAlgorithm.EdDSA));
        this.key = key;
    }

    /** Those of some published keys that are of this curve, in their order; what is no point of it is left out. */
    static List<Key> keys(List<JWK> published) {
        return published.stream().flatMap(Ed25519::key).toList();
    }

    private static Stream<Key> key(JWK published) {
        if (!(published instanceof OctetKeyPair pair) || !Curve.Ed25519.equals(pair.getCurve())) {
            return Stream.empty();
        }
        byte[] point = pair.getDecodedX();
        if (point.length != BYTES) {
            return Stream.empty();
        }
        byte[] encoded = new byte[X509.length + BYTES];
        System.arraycopy(X509, 0, encoded, 0, X509.length);
        System.arraycopy(point, 0, encoded, X509.length, BYTES);
        try {
            PublicKey key = KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
            return Stream.of(key);
        } catch (GeneralSecurityException noPoint) {
            return Stream.empty();
        }
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
        if (!JWSAlgorithm.EdDSA.equals(header.getAlgorithm())) {
            throw new JOSEException("the algorithm is " + Objects.toString(header.getAlgorithm()));
        }
        try {
            Signature check = Signature.getInstance(NAME);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature.decode());
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException unusable) {
            throw new JOSEException("the key cannot be used", unusable);
        }
    }
}
